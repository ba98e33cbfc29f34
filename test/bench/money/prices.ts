/**
 * What AWS charges in us-east-1, in US dollars, without free tiers and in the first tier of each price; each with where it
 * was read. These are reports of AWS's sheet by others, with their dates, not the sheet itself: compare before you quote a
 * sum. The ratio between two consumers is safer than either.
 */
export const prices = {
  /** https://cloudchipr.com/blog/aws-lambda-pricing, 2024. */
  lambda: { request: 0.2e-6, arm64GbSecond: 0.0000133334 },
  /** https://cloudburn.io/blog/amazon-sqs-pricing, 2026-03-14. */
  sqs: { standardRequest: 0.4e-6 },
  /** https://airbyte.com/data-engineering-resources/dynamodb-pricing, 2025-07-21: those since November 2024. */
  dynamodb: { onDemandWriteUnit: 0.625e-6, onDemandReadUnit: 0.125e-6 },
  /** https://c3x.dev/blog/cloudwatch-logs-cost-optimization, June 2026. */
  logs: { ingestedGb: 0.5, storedGbMonth: 0.03 },
} as const

/** The dates of the reports, the oldest and the newest. */
export const pricesOf = '2024 to June 2026'
