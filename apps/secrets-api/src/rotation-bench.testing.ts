import type { RotationRequest, RotationRequestState } from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { type Api, startTestSecretsApi, text, type TestSecretsApi } from './server.testing';

export interface Rotating {
  arn: string;
  name: string;
  /** The version that is AWSCURRENT when it begins. */
  first: string;
  /** The version that is AWSPENDING. */
  token: string;
}

/** The service with a rotation function, and the moves that tests of rotation share. */
export class RotationBench {
  readonly admin: Api;
  readonly functionArn: string;
  private made = 0;

  private constructor(readonly test: TestSecretsApi) {
    this.admin = test.as();
    this.functionArn = test.rotationFunctions.add('strongroom-mariadb');
  }

  static async start(purpose: string): Promise<RotationBench> {
    return new RotationBench(await startTestSecretsApi(purpose));
  }

  stop(): Promise<void> {
    return this.test.stop();
  }

  /** A secret with a value. */
  async secret(value = 'first'): Promise<Omit<Rotating, 'token'>> {
    const name = `app/db-${this.made++}`;
    const { arn, versionId } = await this.admin.createSecret({ name, value: text(value) });
    return { name, arn, first: versionId! };
  }

  /** The same with a rotation under way. */
  async rotating(fields: Parameters<Api['rotateSecret']>[0] = {}): Promise<Rotating> {
    const of = await this.secret();
    const { versionId } = await this.admin.rotateSecret({ secretId: of.arn, rotationLambdaArn: this.functionArn, ...fields });
    return { ...of, token: versionId! };
  }

  /** createSecret, as a built-in function does it. */
  async fill({ arn, token }: Pick<Rotating, 'arn' | 'token'>, value = 'second'): Promise<void> {
    await this.test.worker.putPendingValue({ secretArn: arn, token, value: text(value) });
  }

  async request({ arn, token }: Pick<Rotating, 'arn' | 'token'>): Promise<RotationRequest> {
    return (await this.test.worker.getRotationRequest({ secretArn: arn, token })).request!;
  }

  async state(of: Pick<Rotating, 'arn' | 'token'>): Promise<RotationRequestState> {
    return (await this.request(of)).state;
  }

  /** By version, as DescribeSecret tells them. */
  async labels(secretId: string): Promise<Record<string, string[]>> {
    const { versionIdsToStages } = await this.admin.describeSecret({ secretId });
    return Object.fromEntries(Object.entries(versionIdsToStages).map(([id, { stages }]) => [id, stages]));
  }

  /** What a scan finds open of one secret. */
  async scanned(arn: string): Promise<RotationRequest[]> {
    const { requests } = await this.test.worker.scanRotations({ maxResults: 1_000 });
    return requests.filter(({ secretArn }) => secretArn === arn);
  }

  /** Who did what to a secret, and how it ended. */
  events(arn: string): string[] {
    return this.test.recorder.events
      .filter(({ resources }) => resources.some((resource) => resource.arn === arn))
      .map(({ eventName, userIdentity, errorCode }) => `${userIdentity.principalId} ${eventName}${errorCode && ` ${errorCode}`}`);
  }
}
