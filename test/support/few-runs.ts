import fc from 'fast-check'

/** For mutation testing: a mutant that twenty examples do not kill is rarely killed by a hundred, and each takes its time. */
fc.configureGlobal({ numRuns: 20 })
