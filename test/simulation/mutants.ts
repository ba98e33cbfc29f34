/** A one-line mistake in the code that ships, and where it must show. */
export interface Mutant {
  readonly name: string
  /** Below `functions/`. */
  readonly file: string
  /** Stands in the file exactly once. */
  readonly find: string
  readonly replace: string
  /** The scenarios that must catch it. */
  readonly scenarios: readonly string[]
}

/** Mistakes in the protocol and the consumer, each of which the simulation must catch. */
export const mutants: readonly Mutant[] = [
  {
    name: 'no waiting for an unanswered write',
    file: 'core/open.ts',
    find: 'unanswered && now < unanswered.until ? unanswered : undefined',
    replace: 'undefined',
    scenarios: ['rough'],
  },
  {
    name: 'a lease that ran out is forgotten',
    file: 'core/open.ts',
    find: 'return { ...rest, unanswered: { until, desired: lease.desired }, unproven: lease.event }',
    replace: 'return until ? rest : rest',
    scenarios: ['killers'],
  },
  {
    name: 'the exception for the same state is granted to role_ids',
    file: 'targets/wacht/role-ids.ts',
    find: 'repeatable: false',
    replace: 'repeatable: true',
    scenarios: ['rough-role-ids'],
  },
  {
    name: 'the lease is taken after the send',
    file: 'sync/attempt.ts',
    find: '  const opened = await move(',
    replace: '  await link.target.apply(member, desired, http)\n  const opened = await move(',
    scenarios: ['rough'],
  },
  {
    name: 'a lease shorter than the call',
    file: 'core/open.ts',
    find: 'until: now + rules.leaseMs',
    replace: 'until: now + 2000',
    scenarios: ['rough', 'crowd'],
  },
  {
    name: 'holder = message id',
    file: 'sync/attempt.ts',
    find: 'holder: world.newHolder()',
    replace: 'holder: message.id',
    scenarios: ['rough', 'crowd'],
  },
  {
    name: 'versions without sequence',
    file: 'core/version.ts',
    find: '    a.sequence.length - b.sequence.length ||\n    compareText(a.sequence, b.sequence) ||\n',
    replace: '',
    scenarios: ['ties'],
  },
  {
    name: 'delete before the dead letter is safe',
    file: 'sync/consumer.ts',
    find: "return { ...each, verdict: { kind: 'again', afterMs, cause: 'dead_letter_refused' } }",
    replace: 'return afterMs ? each : each',
    scenarios: ['letters'],
  },
  {
    name: 'a 2xx is believed',
    file: 'targets/wacht/role-id.ts',
    find: 'if (shows(judged.json, desired)) return',
    replace: 'if (shows(judged.json, desired) || true) return',
    scenarios: ['rough'],
  },
  {
    name: 'an unreadable 2xx counts as written',
    file: 'core/judge.ts',
    find: "body: unreadable ? 'unreadable' : 'empty'",
    replace: "body: unreadable ? 'empty' : 'empty'",
    scenarios: ['maintenance'],
  },
  {
    name: 'an unreadable 2xx is believed',
    file: 'core/judge.ts',
    find: 'if (json !== undefined) return { ok: true, status, json }',
    replace: 'if (json !== undefined || unreadable) return { ok: true, status, json }',
    scenarios: ['maintenance', 'rough'],
  },
  {
    name: 'a failed read-back is taken for deferred',
    file: 'core/judge.ts',
    find: "return afterWrite(write, 'read_back_failed')",
    replace: 'return beforeWrite(write)',
    scenarios: ['read-backs'],
  },
  {
    name: 'oldest first',
    file: 'core/batch.ts',
    find: 'compareVersions(b.change.version, a.change.version)',
    replace: 'compareVersions(a.change.version, b.change.version)',
    scenarios: ['bursts'],
  },
  {
    name: 'no compare-and-set',
    file: 'sync/moves.ts',
    find: 'const stored = move.entry && (await store.write(move.entry).catch(unanswered))',
    replace:
      'const there = await store.read(member)\n      const stored = move.entry && (await store.write({ ...move.entry, rev: (there?.rev ?? 0) + 1 }).catch(unanswered))',
    scenarios: ['crowd', 'rough'],
  },
  {
    name: 'a refused change is not put right',
    file: 'core/close.ts',
    find: 'return restoring(entry.lease, doubted, doubted.applied)',
    replace: "return { kind: 'dead', entry: doubted, unproven: false }",
    scenarios: ['doomed-unproven'],
  },
  {
    name: 'a write that was taken is believed to have had no effect',
    file: 'core/close.ts',
    find: "effect.reason === 'no_effect' ?",
    replace: "effect.reason === 'redirected' ?",
    scenarios: ['dropped-groups'],
  },
  {
    name: 'what was cut off early is forgotten early',
    file: 'core/close.ts',
    find: "effect.cause === 'timeout' ? 0 : rules.requestTimeoutMs",
    replace: '0',
    scenarios: ['rough', 'rough-role-ids'],
  },
  {
    name: 'a dead letter over an unanswered write',
    file: 'core/close.ts',
    find: "if (unanswered) return { kind: 'again', entry: doubted, until: unanswered.until }",
    replace: '',
    scenarios: ['doomed-unanswered'],
  },
  {
    name: 'an unknown effect leaves the entry proven',
    file: 'core/close.ts',
    find: 'const unproven = { ...counted, unproven: lease.event }',
    replace: 'const unproven = counted',
    scenarios: ['doomed-unproven'],
  },
  {
    name: 'a time-out is taken for an answer',
    file: 'core/judge.ts',
    find: "return { kind: 'unknown', cause: failure, answered: false, detail }",
    replace: "return { kind: 'unknown', cause: failure, answered: true, detail }",
    scenarios: ['rough'],
  },
  {
    name: 'an older change is not recognised',
    file: 'core/open.ts',
    find: 'if (order < 0) return undefined',
    replace: 'if (order !== 0) return undefined',
    scenarios: ['rough'],
  },
  {
    name: 'no grace for joiners',
    file: 'core/message.ts',
    find: 'now - message.sentAt < graceMs',
    replace: 'now - message.sentAt < 0',
    scenarios: ['joiners'],
  },
  {
    name: 'give-up by count',
    file: 'core/verdict.ts',
    find: '({ firstReceivedAt }: Message, now: number, rules: GiveUpRules): boolean =>',
    replace:
      '({ firstReceivedAt, receives }: Message, now: number, rules: GiveUpRules): boolean => receives > 8 ||',
    scenarios: ['outage'],
  },
  {
    name: 'only the first receive counts for giving up',
    file: 'core/verdict.ts',
    find: 'now - sentAt >= rules.giveUpAtLatestMs',
    replace: 'sentAt > now + rules.giveUpAtLatestMs',
    scenarios: ['paused'],
  },
  {
    name: 'what is never tried is never given up',
    file: 'sync/too-old.ts',
    find: "if (verdict.kind !== 'again' ||",
    replace: "if (verdict.kind !== 'again' || verdict.cause === 'breaker_open' ||",
    scenarios: ['held-breaker_open'],
  },
  {
    name: 'a message that was not tried at last does not say unproven',
    file: 'sync/too-old.ts',
    find: 'const unproven = isUnproven(known, version.id, world.now())',
    replace: "const unproven = known === 'unknown'",
    scenarios: ['held-breaker_open', 'held-resting'],
  },
  {
    name: 'where the ledger is silent nothing is unproven',
    file: 'core/letter-verdict.ts',
    find: "return entry === 'unknown'",
    replace: 'return false',
    scenarios: ['held-ledger'],
  },
  {
    name: 'receives are not spread over the time until the give-up time',
    file: 'core/backoff.ts',
    find: 'receives < quickReceives ? 0 : leftMs / Math.max(1, budget - receives)',
    replace: 'leftMs < 0 || receives < budget ? 0 : leftMs',
    scenarios: ['hanging-12'],
  },
  {
    name: 'receives are not spread over the time after the give-up time',
    file: 'core/backoff.ts',
    find: 'spreadMs(leftMs, message, budget)',
    replace: 'spreadMs(now < giveUpAt ? leftMs : 0, message, budget)',
    scenarios: ['held-13-days-resting'],
  },
  {
    name: 'delays are not awaited',
    file: 'sync/consumer.ts',
    find: 'await delayAll(delayed, world)',
    replace: 'void delayAll(delayed, world)',
    scenarios: ['outage'],
  },
  {
    name: 'a role that is there is named again',
    file: 'targets/wacht/role-ids.ts',
    find: 'before.roles.includes(wanted)',
    replace: "before.roles.includes('')",
    scenarios: ['rough-role-ids'],
  },
  {
    name: 'a rotated secret is not read afresh',
    file: 'targets/authorized.ts',
    find: "if (answer.kind === 'failed' || answer.status !== 401) return discreet(answer, token)",
    replace: 'if (answer) return discreet(answer, token)',
    scenarios: ['wacht-down'],
  },
  {
    name: 'a page that is too large is not halved',
    file: 'targets/parts.ts',
    find: 'if (!isTooLarge(answer)) {',
    replace: 'if (answer) {',
    scenarios: ['heavy-lists'],
  },
  {
    name: 'after halving, a page keeps its number',
    file: 'targets/project/page.ts',
    find: 'pageAt(place, size) + 1, size))',
    replace: 'pageAt(place, 100) + 1, size))',
    scenarios: ['heavy-lists'],
  },
  {
    name: 'a target is quoted as it speaks',
    file: 'targets/authorized.ts',
    find: 'json: { message: clean(words) }',
    replace: 'json: { message: words }',
    scenarios: ['rejected'],
  },
  {
    name: 'a batch goes to the target of its first change',
    file: 'sync/consumer.ts',
    find: 'world.targets.get(group[0]?.change.target as string)',
    replace: 'world.targets.get(deliveries[0]?.change.target as string)',
    scenarios: ['mixed'],
  },
  {
    name: 'one breaker for all targets',
    file: 'sync/breaker.ts',
    find: 'export function createBreaker(openMs: number, now: () => number): Breaker {',
    replace: `const breakers = new WeakMap<() => number, Breaker>()
export function createBreaker(openMs: number, now: () => number): Breaker {
  const breaker = breakers.get(now) ?? createOne(openMs, now)
  breakers.set(now, breaker)
  return breaker
}
function createOne(openMs: number, now: () => number): Breaker {`,
    scenarios: ['wacht-down', 'project-down'],
  },
  {
    name: 'details are not redacted',
    file: 'core/letter.ts',
    find: 'detail: valid(redact(grounds.detail), 500)',
    replace: 'detail: valid(grounds.detail, 500)',
    scenarios: ['doomed'],
  },
  {
    name: 'the history that a message claims is believed',
    file: 'core/letter.ts',
    find: '...claims(message.trail),',
    replace: '...message.trail,',
    scenarios: ['forged'],
  },
  {
    name: 'the restored state is not named in the lease',
    file: 'core/close.ts',
    find: '{ ...ended, lease: { ...lease, desired } }',
    replace: '{ ...ended, lease }',
    scenarios: ['doomed-killed'],
  },
  {
    name: "a person's event is finished before those of the members are on the queue",
    file: 'sync/people.ts',
    find: 'if (members.length > 0) await queues.enqueue(members.map(bodyOf))',
    replace: 'if (members.length > 0) void queues.enqueue(members.map(bodyOf)).catch(() => undefined)',
    scenarios: ['people-lost-answers'],
  },
  {
    name: 'the first of several with one address is taken',
    file: 'sync/find.ts',
    find: 'members: searched.found.get(email) ?? []',
    replace: 'members: (searched.found.get(email) ?? []).slice(0, 1)',
    scenarios: ['people'],
  },
  {
    name: 'an address is found by a part of it',
    file: 'sync/search.ts',
    find: 'email === undefined ? undefined : foldEmail(email)',
    replace: "[...emails].find(sought => foldEmail(email ?? '').includes(sought))",
    scenarios: ['people'],
  },
  {
    name: 'a list that was read within the grace is not read again',
    file: 'core/progress.ts',
    find: 'read && read.at >= final',
    replace: 'read && read.at <= 2 * final',
    scenarios: ['people'],
  },
  {
    name: 'who is in one scope is not waited for in the others',
    file: 'sync/people.ts',
    find: 'missing !== undefined && inGrace(',
    replace: 'missing !== undefined && members.length === 0 && inGrace(',
    scenarios: ['people'],
  },
  {
    name: "the address goes with the member's event",
    file: 'core/person.ts',
    find: 'data: { ...names, role },',
    replace: 'data: { ...names, role }, subject: (arguments[0] as Lookup).email,',
    scenarios: ['people'],
  },
  {
    name: "a scope's limit is the target's",
    file: 'sync/pace.ts',
    find: 'else if (alone || (inRow && !before.othersToo)) return',
    replace: '',
    scenarios: ['scope-limited'],
  },
]
