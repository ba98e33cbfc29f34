import { Aws } from 'aws-cdk-lib'
import { AccountPrincipal, ArnPrincipal, type IPrincipal, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import * as v from 'valibot'

const account = /^\d{12}$/
const arn = /^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(?:root|(?:role|user|assumed-role)\/[\w+=,.@/-]+)$/
const service = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/

/** The full ARN of the resource for which a service acts. With a wildcard the service could act for others. ARNs of S3 have no account. */
const source = /^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(?:\d{12})?:[\w+=.@/:#-]+$/

const rule = 'must be an account id of 12 digits in a string, the ARN of a principal, or a service principal'
const sourceRule =
  'must have after = the full ARN of the resource for which the service acts, without a wildcard; only a service principal may have ='

/** Who else may send, besides the account's own roles. Never a wildcard. */
export const producer = v.pipe(
  v.string(rule),
  v.check(text => [account, arn, service].some(form => form.test(partsOf(text).name)), rule),
  v.check(text => {
    const { name, sourceArn } = partsOf(text)
    return sourceArn === undefined || (service.test(name) && source.test(sourceArn))
  }, sourceRule),
)

/** `events.amazonaws.com=arn:…` is a service and the resource for which it acts. The name of a role may contain `=` too. */
function partsOf(text: string): { readonly name: string; readonly sourceArn?: string } {
  const at = text.indexOf('=')
  return at < 0 || arn.test(text)
    ? { name: text }
    : { name: text.slice(0, at), sourceArn: text.slice(at + 1) }
}

/**
 * The principal of a producer. A service acts for every customer of AWS, so it is limited to this account, and to one resource if the
 * producer names one (the confused deputy, https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html).
 */
export function principalOf(text: string): IPrincipal {
  const { name, sourceArn } = partsOf(text)
  if (account.test(name)) return new AccountPrincipal(name)
  if (arn.test(name)) return new ArnPrincipal(name)
  return new ServicePrincipal(name, {
    conditions: {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      ...(sourceArn !== undefined && { ArnEquals: { 'aws:SourceArn': sourceArn } }),
    },
  })
}
