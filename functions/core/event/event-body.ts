/**
 * An event as a message body. SQS refuses U+FFFE and U+FFFF, which JSON allows, so they are escaped. Throws a RangeError if
 * the event is nested too deeply for the call stack.
 */
export const bodyOf = (event: unknown): string =>
  JSON.stringify(event).replace(/[\ufffe\uffff]/g, character =>
    character === '\ufffe' ? '\\ufffe' : '\\uffff',
  )
