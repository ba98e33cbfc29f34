import type { SQSRecord } from 'aws-lambda'

/** A record of the event source mapping, with the attribute in which a dead letter bears its history. */
export const recordOf = (messageId: string, body = '{}', trail?: string): SQSRecord => ({
  ...{ messageId, receiptHandle: `receipt of ${messageId}`, body, md5OfBody: '' },
  ...{ awsRegion: 'x', eventSource: 'aws:sqs', eventSourceARN: 'x' },
  attributes: {
    ...{ ApproximateReceiveCount: '3', SentTimestamp: '1000', SenderId: 'x' },
    ApproximateFirstReceiveTimestamp: '2000',
  },
  messageAttributes: trail === undefined ? {} : { trail: { dataType: 'String', stringValue: trail } },
})
