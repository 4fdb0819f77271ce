import { AwsError } from '../aws-error';

const MAX_SHOWN = 128;
/** `DynamoDB_20120810.GetItem`, `ReplicateKey`; some prefixes have dots. */
const NAME = /^(?:[\w.]{1,80}\.)?[A-Z][A-Za-z0-9]{2,80}$/;

/** The requested operation does not exist. */
export class UnknownOperation extends AwsError {
  constructor(
    code: string,
    message: string,
    /** The name, if it has the form of one. Whatever else strangers send stays out of the log. */
    readonly asked: string | undefined,
  ) {
    super(code, message);
  }
}

/** @param name as it was sent */
export function noOperation(code: string, name: string, of = ''): UnknownOperation {
  const clipped = name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name;
  const shown = clipped.replace(/[^\x20-\x7e…]/g, '?');
  return new UnknownOperation(code, `There is no operation '${shown}'${of}.`, NAME.test(name) ? name : undefined);
}
