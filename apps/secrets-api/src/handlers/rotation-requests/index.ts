import type { Caller } from '@strongroom/access';
import { served } from '@strongroom/grpc-kit';
import { rotationRequestService } from '@strongroom/methods';
import { authorizeSecretAccess } from './authorize-secret-access.handler';
import type { RotationDependencies } from './dependencies';
import { dropPendingVersion } from './drop-pending-version.handler';
import { failRotation } from './fail-rotation.handler';
import { finishRotation } from './finish-rotation.handler';
import { getRotationRequest } from './get-rotation-request.handler';
import { putPendingValue } from './put-pending-value.handler';
import { readMasterSecret } from './read-master-secret.handler';
import { readRotatingVersion } from './read-rotating-version.handler';
import { readRotatingVersions } from './read-rotating-versions.handler';
import { reopenRotation } from './reopen-rotation.handler';
import { scanRotations } from './scan-rotations.handler';

export const rotationRequestHandlers = (d: RotationDependencies) =>
  served<typeof rotationRequestService, Caller>(rotationRequestService, {
    scanRotations: scanRotations(d),
    getRotationRequest: getRotationRequest(d),
    readRotatingVersion: readRotatingVersion(d),
    readRotatingVersions: readRotatingVersions(d),
    readMasterSecret: readMasterSecret(d),
    putPendingValue: putPendingValue(d),
    finishRotation: finishRotation(d),
    failRotation: failRotation(d),
    reopenRotation: reopenRotation(d),
    dropPendingVersion: dropPendingVersion(d),
    authorizeSecretAccess: authorizeSecretAccess(d),
  });
