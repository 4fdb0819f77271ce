import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  BindCertificateRequest,
  BindCertificateResponse,
  ListCertificateBindingsRequest,
  ListCertificateBindingsResponse,
  UnbindCertificateRequest,
  UnbindCertificateResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';
import { addBinding, removeBinding } from '../domain/certificate-bindings';
import { isCertificateUri } from '../domain/certificate-uri';
import { noSuchEntity, validationError } from '../domain/iam-errors';
import { nextMarker, pageOf } from '../domain/paging';
import type { Dependencies } from './dependencies';
import { nameIdentity, requireIdentity, targetOf, writeOf } from './iam-call';
import { toBinding } from './iam-messages';

export const bindCertificate = (d: Dependencies) =>
  unary<BindCertificateRequest, BindCertificateResponse, Caller>(async (request, call) => {
    const target = targetOf(request.target, ['user', 'role']);
    const uri = d.certificateUris.check(request.uri, target.kind, [call.caller.accountId]);
    auditOf(call).parameter('uri', uri);
    return d.store.change(writeOf(call), async (change) => {
      const identity = await requireIdentity(d, call, change, 'iam:BindCertificate', target, { lock: 'change' });
      const binding = { uri, accountId: identity.accountId, identityId: identity.id, createDate: d.clock.now() };
      await addBinding(change, binding);
      return { binding: toBinding(binding, identity) };
    });
  });

export const listCertificateBindings = (d: Dependencies) =>
  unary<ListCertificateBindingsRequest, ListCertificateBindingsResponse, Caller>(async (request, call) => {
    const page = pageOf(request);
    d.access.require(call, 'iam:ListCertificateBindings');
    return d.store.read(call.deadline, async (stored) => {
      const bindings = await stored.bindings.list(call.caller.accountId, page);
      const identities = await stored.identities.byIds([...new Set(bindings.items.map((binding) => binding.identityId))]);
      const byId = new Map(identities.map((identity) => [identity.id, identity]));
      return {
        bindings: bindings.items.map((binding) => toBinding(binding, byId.get(binding.identityId)!)),
        marker: nextMarker(bindings, (binding) => binding.uri),
      };
    });
  });

export const unbindCertificate = (d: Dependencies) =>
  unary<UnbindCertificateRequest, UnbindCertificateResponse, Caller>(async ({ uri }, call) => {
    if (!isCertificateUri(uri)) throw validationError('uri must be a SPIFFE ID such as spiffe://example.org/app/billing.');
    auditOf(call).parameter('uri', uri);
    await d.store.change(writeOf(call), async (change) => {
      const binding = await change.bindings.find(uri, 'change');
      const own = binding?.accountId === call.caller.accountId ? binding : undefined;
      const identity = own && (await change.identities.byId(own.identityId));
      // A binding of another account counts as absent: a caller who may not unbind everything does not learn that it exists.
      d.access.requireOnHolder(call, 'iam:UnbindCertificate', `certificate URI ${uri}`, identity);
      if (!identity) throw noSuchEntity(`The certificate URI ${uri} is not bound.`);
      nameIdentity(call, identity);
      await removeBinding(change, uri);
    });
    return {};
  });
