/**
 * An event as a body that SQS takes: of all characters only U+FFFE and U+FFFF could stand in JSON and not in a message.
 * Throws a RangeError when it has more levels than the stack has room for.
 */
export const bodyOf = (event: unknown): string =>
  JSON.stringify(event).replace(/[\ufffe\uffff]/g, character =>
    character === '\ufffe' ? '\\ufffe' : '\\uffff',
  )
