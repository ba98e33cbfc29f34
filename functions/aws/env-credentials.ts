import { fromEnv } from '@aws-sdk/credential-provider-env'

/**
 * Replaces the SDK's default chain of credential providers in the bundle. A Lambda function has its credentials in the environment;
 * the rest of the chain (SSO, STS, instance metadata, files) would be a third of the bundle.
 */
export const defaultProvider = fromEnv
export const credentialDefaultProvider = fromEnv
