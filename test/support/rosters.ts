import type { Answer } from '../../functions/core/outcome/http-answer.ts'
import type { Http } from '../../functions/targets/target.ts'
import type { Subject } from './subjects.ts'

/** The most bytes of an answer that are read. */
export const mebibyte = 1_048_576

/** A list of members, each of so many bytes. Pages may be smaller than they are asked for, and say so or not. */
export interface Roster {
  readonly weights: readonly number[]
  readonly most?: number
  readonly says?: boolean
  readonly total?: boolean
}

/** The id of the n-th member, as the target spells ids. */
export const idAt = ({ name }: Subject, n: number) =>
  name === 'project'
    ? `5d2e8f10-0000-4000-8000-${String(n).padStart(12, '0')}`
    : `73019543810${String(n).padStart(8, '0')}`
/** The name of the n-th member. */
export const nameAt = (subject: Subject, n: number) =>
  `${subject.member.split('/').slice(0, 2).join('/')}/${idAt(subject, n)}`

/** The page that is asked for, and how many bytes it has. */
export function pageOf(subject: Subject, roster: Roster, url: string): { body: object; bytes: number } {
  const { weights, most = 1000, says = true, total = true } = roster
  const query = new URL(url, 'http://h.example').searchParams
  const asked = Number(query.get('limit') ?? query.get('perPage'))
  const size = Math.min(asked, most)
  const from = query.has('page') ? (Number(query.get('page')) - 1) * size : Number(query.get('offset'))
  const part = weights.slice(from, from + size)
  const members = part.map((_, n) => {
    const id = idAt(subject, from + n)
    return { id, roles: [{ id: '7' }], owner: true, groups: [], user: { email: `${id}@example.com` } }
  })
  const body = query.has('page')
    ? {
        results: members,
        paginate: { ...(total && { total: weights.length }), ...(says && { pageSize: size }) },
      }
    : { data: members, has_more: from + size < weights.length }
  return { body, bytes: part.reduce((sum, weight) => sum + weight, 0) }
}

/** A way to a target that has this list and is only read. */
export function wayTo(subject: Subject, roster: Roster): { http: Http; sizes: number[] } {
  const sizes: number[] = []
  const http: Http = async ({ url }): Promise<Answer> => {
    const query = new URL(url).searchParams
    sizes.push(Number(query.get('limit') ?? query.get('perPage')))
    const { body, bytes } = pageOf(subject, roster, url)
    const unreadable = { why: 'over 1 MiB', bytes } as const
    return { kind: 'answered', status: 200, ...(bytes > mebibyte ? { unreadable } : { json: body }) }
  }
  return { http, sizes }
}

/** The names of so many members. */
export const all = (subject: Subject, count: number): string[] =>
  Array.from({ length: count }, (_, n) => nameAt(subject, n))

/** So many members of 11 KB each. */
export const heavy = (count: number): number[] => new Array<number>(count).fill(11 * 1024)
