import type { Caller } from '@strongroom/access';
import { served } from '@strongroom/grpc-kit';
import { dataKeyService, keyService } from '@strongroom/methods';
import type { Dependencies } from './dependencies';
import { createAlias } from './create-alias.handler';
import { createKey } from './create-key.handler';
import { decrypt } from './decrypt.handler';
import { deleteAlias } from './delete-alias.handler';
import { describeKey } from './describe-key.handler';
import { disableKey } from './disable-key.handler';
import { enableKey } from './enable-key.handler';
import { encrypt } from './encrypt.handler';
import { generateDataKeyWithoutPlaintext } from './generate-data-key-without-plaintext.handler';
import { generateDataKey } from './generate-data-key.handler';
import { generateRandom } from './generate-random.handler';
import { getKeyPolicy } from './get-key-policy.handler';
import { listAliases } from './list-aliases.handler';
import { listKeys } from './list-keys.handler';
import { putKeyPolicy } from './put-key-policy.handler';
import { streamDataKeys } from './stream-data-keys.handler';
import { updateAlias } from './update-alias.handler';

export const keyHandlers = (d: Dependencies) =>
  served<typeof keyService, Caller>(keyService, {
    createKey: createKey(d),
    describeKey: describeKey(d),
    listKeys: listKeys(d),
    enableKey: enableKey(d),
    disableKey: disableKey(d),
    createAlias: createAlias(d),
    updateAlias: updateAlias(d),
    deleteAlias: deleteAlias(d),
    listAliases: listAliases(d),
    getKeyPolicy: getKeyPolicy(d),
    putKeyPolicy: putKeyPolicy(d),
    encrypt: encrypt(d),
    decrypt: decrypt(d),
    generateDataKey: generateDataKey(d),
    generateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintext(d),
    generateRandom: generateRandom(d),
  });

export const dataKeyHandlers = (d: Dependencies) =>
  served<typeof dataKeyService, Caller>(dataKeyService, { streamDataKeys: streamDataKeys(d) });
