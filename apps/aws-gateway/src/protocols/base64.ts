import { serialization } from '../aws-error';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** @throws AwsError SerializationException */
export function readBase64(text: string, at: string): Buffer {
  if (!BASE64.test(text)) throw serialization(`The value at '${at}' is not base64`);
  return Buffer.from(text, 'base64');
}
