import { assumedRoleArn } from '@strongroom/arn';
import type { Clock } from '@strongroom/clock';
import { asError, Coalescer } from '@strongroom/coalesce';
import { builtInPolicy } from './built-in-policies';
import { isCertificateUri, sessionNameOfUri } from './certificate-uri';
import { withTags } from './field-rules';
import { arnOfIdentity, type Tag } from './identity';
import type { NamedDocument } from './policy-document';
import type { Grants, PrincipalReader } from './principal-reader.port';
import type { Session } from './store.port';

export type CredentialName =
  | { certificateUri: string }
  | { sessionTokenHash: Buffer }
  | { sessionId: string }
  /** A proven access key: identity-service itself has checked it, or aws-gateway by a signature. */
  | { accessKeyId: string };

/** Whom a credential identifies, with everything that decides what they may do. */
export interface PrincipalRecord {
  credentialId: string;
  kind: 'user' | 'role-session';
  arn: string;
  accountId: string;
  userId: string;
  userName?: string;
  roleArn?: string;
  tags: Tag[];
  policies: NamedDocument[];
  boundary?: NamedDocument;
  sessionPolicies: NamedDocument[];
  /** The id of the session, or the access key itself. */
  accessKeyId?: string;
  issueTime?: Date;
  expireTime?: Date;
  /** When a second factor was shown for the session. */
  multiFactorAuthTime?: Date;
}

export interface PrincipalAnswer {
  principal?: PrincipalRecord;
  /** The subjects that the answer depends on: a change of any of them makes it void. */
  subjects: string[];
}

/** A deleted managed policy that was meant to narrow allows nothing. */
const NOTHING = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Deny', Action: '*', Resource: '*' } });

interface Question {
  credential: CredentialName;
  /** Epoch milliseconds. */
  deadline: number;
}

/**
 * The questions that are answered together, and the number of such batches at a time; further questions wait for the next one.
 */
const MAX_QUESTIONS = 512;
const MAX_BATCHES = 4;

/**
 * Assembles principals from stored data. Simultaneous questions about one credential share one read, so that many calls of one
 * caller do not delay the first call of another.
 */
export class PrincipalDirectory {
  private readonly questions = new Coalescer<Question, PrincipalAnswer>({
    maxBatch: MAX_QUESTIONS,
    maxInFlight: MAX_BATCHES,
    run: (batch) => this.answerAll(batch),
  });

  constructor(
    private readonly reader: PrincipalReader,
    private readonly clock: Clock,
  ) {}

  /** `deadline`: epoch milliseconds. */
  async resolve(credential: CredentialName, deadline: number): Promise<PrincipalAnswer> {
    return isWellFormed(credential) ? this.questions.ask({ credential, deadline }) : { subjects: [] };
  }

  private answerAll(batch: readonly Question[]): Promise<(PrincipalAnswer | Error)[]> {
    const keys = batch.map(({ credential }) => keyOf(credential));
    const latest = new Map<string, Question>();
    batch.forEach((question, n) => {
      if (question.deadline > (latest.get(keys[n]!)?.deadline ?? -Infinity)) latest.set(keys[n]!, question);
    });
    const answers = new Map(Array.from(latest, ([key, question]) => [key, this.answer(question).catch(asError)]));
    return Promise.all(keys.map((key) => answers.get(key)!));
  }

  private async answer({ credential, deadline }: Question): Promise<PrincipalAnswer> {
    if ('certificateUri' in credential) return this.ofCertificate(credential.certificateUri, deadline);
    if ('accessKeyId' in credential) return this.ofAccessKey(credential.accessKeyId, deadline);
    const session =
      'sessionId' in credential
        ? await this.reader.session(credential.sessionId, deadline)
        : await this.reader.sessionByTokenHash(credential.sessionTokenHash, deadline);
    return this.ofSession(session, deadline);
  }

  private async ofCertificate(uri: string, deadline: number): Promise<PrincipalAnswer> {
    const credentialId = `cert:${uri}`;
    const binding = await this.reader.binding(uri, deadline);
    if (!binding) return { subjects: [credentialId] };
    return this.ofIdentity(binding.identityId, { credentialId, sessionName: sessionNameOfUri(uri) }, [credentialId], deadline);
  }

  private async ofAccessKey(accessKeyId: string, deadline: number): Promise<PrincipalAnswer> {
    const key = await this.reader.accessKey(accessKeyId, deadline);
    if (!key?.active) return { subjects: [accessKeyId] };
    return this.ofIdentity(key.userId, { credentialId: `key:${accessKeyId}`, accessKeyId }, [accessKeyId], deadline);
  }

  private async ofSession(session: Session | undefined, deadline: number): Promise<PrincipalAnswer> {
    // A session that does not exist never comes back, so nothing could ever make this answer void.
    if (!session || session.expireTime.getTime() <= this.clock.millis()) return { subjects: [] };
    const { accessKeyId, source } = session;
    const parts = { credentialId: `session:${accessKeyId}`, sessionName: session.sessionName, accessKeyId, session };
    return this.ofIdentity(session.identityId, parts, [accessKeyId, source], deadline);
  }

  private async ofIdentity(
    identityId: string,
    parts: { credentialId: string; sessionName?: string; accessKeyId?: string; session?: Session },
    subjects: string[],
    deadline: number,
  ): Promise<PrincipalAnswer> {
    const grants = await this.reader.grants(identityId, deadline);
    if (!grants) return { subjects: [...subjects, identityId] };
    const { session } = parts;
    const boundaryArn = grants.identity.permissionsBoundary;
    const narrowing = [...(boundaryArn === undefined ? [] : [boundaryArn]), ...(session?.policyArns ?? [])];
    const arns = [...new Set([...grants.attached, ...narrowing])];
    const documents = await this.documents(arns, deadline);
    // A deleted policy that grants no longer grants anything; a deleted policy that narrows leaves nothing.
    const narrow = (arn: string): NamedDocument => ({ name: arn, document: documents.get(arn) ?? NOTHING });
    return {
      principal: {
        ...namesOf(grants, parts),
        credentialId: parts.credentialId,
        tags: withTags(grants.identity.tags, session?.tags ?? [], Infinity),
        policies: [
          ...grants.inlinePolicies,
          ...[...new Set(grants.attached)].flatMap((name) => {
            const document = documents.get(name);
            return document === undefined ? [] : [{ name, document }];
          }),
        ],
        boundary: boundaryArn === undefined ? undefined : narrow(boundaryArn),
        sessionPolicies: [...(session?.policies ?? []), ...(session?.policyArns ?? []).map(narrow)],
        accessKeyId: parts.accessKeyId,
        issueTime: session?.issueTime,
        expireTime: session?.expireTime,
        multiFactorAuthTime: session?.multiFactorAuthTime,
      },
      subjects: [...subjects, identityId, ...grants.groupIds, ...arns.filter((arn) => !builtInPolicy(arn))],
    };
  }

  private async documents(arns: readonly string[], deadline: number): Promise<Map<string, string>> {
    const stored = arns.filter((arn) => !builtInPolicy(arn));
    const documents = stored.length === 0 ? new Map<string, string>() : await this.reader.documents(stored, deadline);
    for (const arn of arns) {
      const builtIn = builtInPolicy(arn);
      if (builtIn) documents.set(arn, builtIn.document);
    }
    return documents;
  }
}

/** A text that cannot be the name of a credential identifies nobody, and no lookup is needed. */
function isWellFormed(credential: CredentialName): boolean {
  if ('sessionTokenHash' in credential) return true;
  if ('certificateUri' in credential) return isCertificateUri(credential.certificateUri);
  return /^\w{1,128}$/.test('accessKeyId' in credential ? credential.accessKeyId : credential.sessionId);
}

type PrincipalNames = Pick<PrincipalRecord, 'kind' | 'arn' | 'accountId' | 'userId' | 'userName' | 'roleArn'>;

function namesOf({ identity }: Grants, { sessionName = '' }: { sessionName?: string }): PrincipalNames {
  const { accountId, id, name } = identity;
  const arn = arnOfIdentity(identity);
  if (identity.kind === 'user') return { kind: 'user', arn, accountId, userId: id, userName: name };
  return {
    kind: 'role-session',
    arn: assumedRoleArn({ account: accountId, role: name, session: sessionName }),
    accountId,
    userId: `${id}:${sessionName}`,
    roleArn: arn,
  };
}

const keyOf = (credential: CredentialName): string =>
  'sessionTokenHash' in credential ? `token:${credential.sessionTokenHash.toString('base64')}` : JSON.stringify(credential);
