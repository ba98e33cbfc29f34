/** A function that does what the body of its message says; each test of the runner drives it. */
const say = (message, fields) => console.log(JSON.stringify({ level: 'INFO', message, ...fields }))

export const handler = async ({ Records }, context) => {
  const batchItemFailures = []
  for (const { messageId, receiptHandle, body, attributes } of Records) {
    const receives = Number(attributes.ApproximateReceiveCount)
    if (body === 'throw') throw new Error('as told')
    if (body === 'hang') await new Promise(() => setInterval(() => {}, 1000))
    if (body === 'loop') for (;;) {}
    if (body === 'exit') {
      console.log('last words')
      process.exit(7)
    }
    if (body === 'retry') {
      batchItemFailures.push({ itemIdentifier: messageId })
      say('failed', { receiptHandle })
    } else if (body === 'tell') {
      say('told', {
        environment: process.env,
        context: { ...context, remaining: context.getRemainingTimeInMillis() },
        Records,
      })
    }
    const outcome = { event: body, source: null, target: null, member: null, outcome: 'applied' }
    say('outcome', { messageId, receives, ...outcome })
  }
  console.error('warned')
  return { batchItemFailures }
}
