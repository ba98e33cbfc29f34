/** AWS's list prices in us-east-1 in US dollars, without free tiers, as they stood on `pricesOf`; check them before you quote. */
export const prices = {
  lambda: { request: 0.2e-6, arm64GbSecond: 0.0000133334 },
  sqs: { standardRequest: 0.4e-6 },
  dynamodb: { onDemandWriteUnit: 0.625e-6, onDemandReadUnit: 0.125e-6 },
  logs: { ingestedGb: 0.5, storedGbMonth: 0.03 },
} as const

/** The date of the price sheet. */
export const pricesOf = '2025-11-01'
