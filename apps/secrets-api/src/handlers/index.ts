import type { Caller } from '@strongroom/access';
import { served } from '@strongroom/grpc-kit';
import { secretsService } from '@strongroom/methods';
import { batchGetSecretValue } from './batch-get-secret-value.handler';
import { cancelRotateSecret } from './cancel-rotate-secret.handler';
import { createSecret } from './create-secret.handler';
import { deleteResourcePolicy } from './delete-resource-policy.handler';
import { deleteSecret } from './delete-secret.handler';
import type { Dependencies } from './dependencies';
import { describeSecret } from './describe-secret.handler';
import { getRandomPassword } from './get-random-password.handler';
import { getResourcePolicy } from './get-resource-policy.handler';
import { getSecretValue } from './get-secret-value.handler';
import { listSecretVersionIds } from './list-secret-version-ids.handler';
import { listSecrets } from './list-secrets.handler';
import { putResourcePolicy } from './put-resource-policy.handler';
import { putSecretValue } from './put-secret-value.handler';
import { restoreSecret } from './restore-secret.handler';
import { rotateSecret } from './rotate-secret.handler';
import { tagResource } from './tag-resource.handler';
import { untagResource } from './untag-resource.handler';
import { updateSecretVersionStage } from './update-secret-version-stage.handler';
import { updateSecret } from './update-secret.handler';
import { validateResourcePolicy } from './validate-resource-policy.handler';
import { watchSecrets } from './watch-secrets.handler';

export const secretsHandlers = (d: Dependencies) =>
  served<typeof secretsService, Caller>(secretsService, {
    createSecret: createSecret(d),
    putSecretValue: putSecretValue(d),
    updateSecret: updateSecret(d),
    getSecretValue: getSecretValue(d),
    batchGetSecretValue: batchGetSecretValue(d),
    describeSecret: describeSecret(d),
    listSecrets: listSecrets(d),
    listSecretVersionIds: listSecretVersionIds(d),
    deleteSecret: deleteSecret(d),
    restoreSecret: restoreSecret(d),
    updateSecretVersionStage: updateSecretVersionStage(d),
    tagResource: tagResource(d),
    untagResource: untagResource(d),
    putResourcePolicy: putResourcePolicy(d),
    getResourcePolicy: getResourcePolicy(d),
    deleteResourcePolicy: deleteResourcePolicy(d),
    validateResourcePolicy: validateResourcePolicy(d),
    getRandomPassword: getRandomPassword(d),
    rotateSecret: rotateSecret(d),
    cancelRotateSecret: cancelRotateSecret(d),
    watchSecrets: watchSecrets(d),
  });
