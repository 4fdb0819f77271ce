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
import { getKeyLastUsage } from './get-key-last-usage.handler';
import { createGrant } from './create-grant.handler';
import { listGrants } from './list-grants.handler';
import { listRetirableGrants } from './list-retirable-grants.handler';
import { retireGrant } from './retire-grant.handler';
import { revokeGrant } from './revoke-grant.handler';
import { getKeyPolicy } from './get-key-policy.handler';
import { listAliases } from './list-aliases.handler';
import { listKeys } from './list-keys.handler';
import { putKeyPolicy } from './put-key-policy.handler';
import { streamDataKeys } from './stream-data-keys.handler';
import { updateKeyDescription } from './update-key-description.handler';
import { scheduleKeyDeletion } from './schedule-key-deletion.handler';
import { cancelKeyDeletion } from './cancel-key-deletion.handler';
import { tagResource } from './tag-resource.handler';
import { untagResource } from './untag-resource.handler';
import { listResourceTags } from './list-resource-tags.handler';
import { listKeyPolicies } from './list-key-policies.handler';
import { reEncrypt } from './re-encrypt.handler';
import { decapsulate } from './decapsulate.handler';
import { deriveSharedSecret } from './derive-shared-secret.handler';
import { encapsulate } from './encapsulate.handler';
import { generateDataKeyPair } from './generate-data-key-pair.handler';
import { generateDataKeyPairWithoutPlaintext } from './generate-data-key-pair-without-plaintext.handler';
import { generateMac } from './generate-mac.handler';
import { getPublicKey } from './get-public-key.handler';
import { sign } from './sign.handler';
import { verify } from './verify.handler';
import { verifyMac } from './verify-mac.handler';
import { enableKeyRotation } from './enable-key-rotation.handler';
import { disableKeyRotation } from './disable-key-rotation.handler';
import { getKeyRotationStatus } from './get-key-rotation-status.handler';
import { rotateKeyOnDemand } from './rotate-key-on-demand.handler';
import { listKeyRotations } from './list-key-rotations.handler';
import { getParametersForImport } from './get-parameters-for-import.handler';
import { importKeyMaterial } from './import-key-material.handler';
import { deleteImportedKeyMaterial } from './delete-imported-key-material.handler';
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
    getKeyLastUsage: getKeyLastUsage(d),
    listAliases: listAliases(d),
    updateKeyDescription: updateKeyDescription(d),
    scheduleKeyDeletion: scheduleKeyDeletion(d),
    cancelKeyDeletion: cancelKeyDeletion(d),
    tagResource: tagResource(d),
    untagResource: untagResource(d),
    listResourceTags: listResourceTags(d),
    listKeyPolicies: listKeyPolicies(d),
    reEncrypt: reEncrypt(d),
    getKeyPolicy: getKeyPolicy(d),
    putKeyPolicy: putKeyPolicy(d),
    encrypt: encrypt(d),
    decrypt: decrypt(d),
    generateDataKey: generateDataKey(d),
    generateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintext(d),
    generateRandom: generateRandom(d),
    createGrant: createGrant(d),
    revokeGrant: revokeGrant(d),
    retireGrant: retireGrant(d),
    listGrants: listGrants(d),
    listRetirableGrants: listRetirableGrants(d),
    enableKeyRotation: enableKeyRotation(d),
    disableKeyRotation: disableKeyRotation(d),
    getKeyRotationStatus: getKeyRotationStatus(d),
    rotateKeyOnDemand: rotateKeyOnDemand(d),
    listKeyRotations: listKeyRotations(d),
    getParametersForImport: getParametersForImport(d),
    importKeyMaterial: importKeyMaterial(d),
    deleteImportedKeyMaterial: deleteImportedKeyMaterial(d),
    generateDataKeyPair: generateDataKeyPair(d),
    generateDataKeyPairWithoutPlaintext: generateDataKeyPairWithoutPlaintext(d),
    sign: sign(d),
    verify: verify(d),
    getPublicKey: getPublicKey(d),
    generateMac: generateMac(d),
    verifyMac: verifyMac(d),
    deriveSharedSecret: deriveSharedSecret(d),
    encapsulate: encapsulate(d),
    decapsulate: decapsulate(d),
  });

export const dataKeyHandlers = (d: Dependencies) =>
  served<typeof dataKeyService, Caller>(dataKeyService, { streamDataKeys: streamDataKeys(d) });
