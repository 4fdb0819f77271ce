import type { Caller } from '@strongroom/access';
import { served } from '@strongroom/grpc-kit';
import { keyDependentsService } from '@strongroom/methods';
import type { Dependencies } from './dependencies';
import { describeDataKeyReEncryption } from './describe-data-key-re-encryption.handler';
import { describeKeyDependents } from './describe-key-dependents.handler';
import { startDataKeyReEncryption } from './start-data-key-re-encryption.handler';
import { stopDataKeyReEncryption } from './stop-data-key-re-encryption.handler';

export const keyDependentsHandlers = (d: Dependencies) =>
  served<typeof keyDependentsService, Caller>(keyDependentsService, {
    describeKeyDependents: describeKeyDependents(d),
    startDataKeyReEncryption: startDataKeyReEncryption(d),
    describeDataKeyReEncryption: describeDataKeyReEncryption(d),
    stopDataKeyReEncryption: stopDataKeyReEncryption(d),
  });
