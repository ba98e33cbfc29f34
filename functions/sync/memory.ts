import { type Effect, isNotFound } from '../core/effect.ts'
import type { PersonPlace } from '../core/ports.ts'
import type { World } from './world.ts'

/** Forgets where a person was found when the target says that this member is not there. */
export async function forgetGone(key: string, member: string, effect: Effect, world: World): Promise<void> {
  if (isNotFound(effect)) await forgiving(world).forget(key, member)
}

/** Where people were found, which is only a shortcut: what fails in it is told, and people are looked for instead. */
export function forgiving({ people, telemetry }: World) {
  const failed = (error: unknown): undefined => {
    telemetry.trouble('where people were found could not be remembered: they are looked for', error)
  }
  return {
    key: (email: string) => people.key(email).catch(failed),
    recall: (key: string, scope: string) => people.recall(key, scope).catch(failed),
    remember: (key: string, place: PersonPlace) => people.remember(key, place).catch(failed),
    forget: (key: string, member: string) => people.forget(key, member).catch(failed),
  }
}
