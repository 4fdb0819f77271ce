import type { CallerReference } from '@strongroom/contracts/strongroom/common/v1/common';
import { invalidCredential } from './authenticator';
import type { CallOrigin } from './access-check';
import type { PrincipalSource } from './caller';

export type { CallerReference };

/** The caller of `call`, in the form in which another service receives it. */
export function callerReference(call: CallOrigin & { readonly requestId: string }): CallerReference {
  return {
    credentialId: call.caller.credentialId,
    sourceIp: call.peer.address,
    userAgent: call.userAgent,
    requestId: call.requestId,
    insecureTransport: call.peer.insecureTransport,
  };
}

/**
 * Looks up the caller that another service named.
 *
 * @throws `unauthenticated` if nobody has the credential, or nobody has it any more
 */
export async function onBehalfOf(reference: CallerReference | undefined, source: PrincipalSource): Promise<CallOrigin> {
  const caller = reference && (await source.byCredentialId(reference.credentialId));
  if (caller === undefined) throw invalidCredential();
  const { sourceIp, userAgent, insecureTransport } = reference!;
  return { caller, peer: { address: sourceIp, ...(insecureTransport ? { insecureTransport } : {}) }, userAgent };
}
