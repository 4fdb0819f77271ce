import type { Caller } from '@strongroom/access';
import type {
  TagPrincipalRequest,
  TagPrincipalResponse,
  UntagPrincipalRequest,
  UntagPrincipalResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';
import { checkTagKey, checkTags } from '../domain/field-rules';
import { validationError } from '../domain/iam-errors';
import { KIND_TITLES } from '../domain/identity';
import { tagIdentity, untagIdentity } from '../domain/identity-changes';
import { TAGS } from '../domain/quotas';
import type { Dependencies } from './dependencies';
import { tagContext } from './iam-access';
import { requireIdentity, targetOf, writeOf } from './iam-call';

export const tagPrincipal = (d: Dependencies) =>
  unary<TagPrincipalRequest, TagPrincipalResponse, Caller>(async (request, call) => {
    const target = targetOf(request.target, ['user', 'role']);
    const tags = checkTags(request.tags);
    if (tags.length === 0) throw validationError('tags must have at least one item.');
    await d.store.change(writeOf(call), async (change) => {
      const options = { lock: 'change', context: tagContext(tags) } as const;
      const identity = await requireIdentity(d, call, change, `iam:Tag${KIND_TITLES[target.kind]}`, target, options);
      await tagIdentity(change, identity, tags);
    });
    return {};
  });

export const untagPrincipal = (d: Dependencies) =>
  unary<UntagPrincipalRequest, UntagPrincipalResponse, Caller>(async (request, call) => {
    const target = targetOf(request.target, ['user', 'role']);
    const { tagKeys } = request;
    if (tagKeys.length === 0 || tagKeys.length > TAGS) throw validationError(`tag_keys must have 1 to ${TAGS} items.`);
    for (const key of tagKeys) checkTagKey(key, 'tag_keys');
    await d.store.change(writeOf(call), async (change) => {
      const options = { lock: 'change', context: { 'aws:tagkeys': tagKeys } } as const;
      const identity = await requireIdentity(d, call, change, `iam:Untag${KIND_TITLES[target.kind]}`, target, options);
      await untagIdentity(change, identity, tagKeys);
    });
    return {};
  });
