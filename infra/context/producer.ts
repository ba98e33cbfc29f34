import { Aws } from 'aws-cdk-lib'
import { AccountPrincipal, ArnPrincipal, type IPrincipal, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import * as v from 'valibot'

const account = /^\d{12}$/
const arn = /^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(?:root|(?:role|user|assumed-role)\/[\w+=,.@/-]+)$/
const service = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/

const rule = 'must be an account id of 12 digits in a string, the ARN of a principal, or a service principal'

/** Who may send besides the account's own roles; never a wildcard. */
export const producer = v.pipe(
  v.string(rule),
  v.check(text => [account, arn, service].some(form => form.test(text)), rule),
)

/**
 * The principal behind a producer's name. A service acts for every customer of AWS, so it is held to this account
 * (the confused deputy, https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html).
 */
export function principalOf(name: string): IPrincipal {
  if (account.test(name)) return new AccountPrincipal(name)
  if (arn.test(name)) return new ArnPrincipal(name)
  return new ServicePrincipal(name, { conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } } })
}
