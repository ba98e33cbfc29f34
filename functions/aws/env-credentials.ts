import { fromEnv } from '@aws-sdk/credential-provider-env'

/**
 * Stands in the bundle for the SDK's default chain of credential providers: a Lambda function's credentials come from its
 * environment, and the rest of the chain (SSO, STS, instance metadata, files) would be a third of the bundle.
 */
export const defaultProvider = fromEnv
export const credentialDefaultProvider = fromEnv
