/**
 * What AWS is assumed to charge in us-east-1, in US dollars, without free tiers. No price sheet was read for these: compare them
 * with AWS's before you quote a sum; the ratio between two consumers is safer than either.
 */
export const prices = {
  lambda: { request: 0.2e-6, arm64GbSecond: 0.0000133334 },
  sqs: { standardRequest: 0.4e-6 },
  dynamodb: { onDemandWriteUnit: 0.625e-6, onDemandReadUnit: 0.125e-6 },
  logs: { ingestedGb: 0.5, storedGbMonth: 0.03 },
} as const

/** When the prices are assumed to have held; not the date of a sheet that was read. */
export const pricesOf = '2025-11-01'
