import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CertificateAuthority, type CertificateFiles } from '../pki/certificate-authority';
import { addressVariableOf, CONSOLE, type ProgramName, signInLink } from './services';

/** What is needed to call a cluster as its administrator and to create other callers, wherever it runs. */
export interface ReachableCluster {
  /** 12 digits. */
  readonly accountId: string;
  readonly region: string;
  /** The file that a shell sources to call this cluster; mode 0600. */
  readonly environmentFile: string;
  /** The certificate of the first administrator, `spiffe://strongroom.local/user/admin`. */
  readonly adminCertificate: CertificateFiles;
  /** `host:port`, as gRPC clients take it; or several of them, separated by commas. */
  endpoint(program: ProgramName): string;
  /** A client certificate with this URI SAN. It opens nothing until identity-service knows the URI. */
  issueClientCertificate(uri: string): Promise<CertificateFiles>;
  /** Signs the first administrator in to the console, once, within five minutes. */
  signInLink(): Promise<string>;
}

/** The endpoint that comes first: what people call has one address. */
const first = (endpoint: string): string => endpoint.split(',')[0]!;

/** A local console has the name `localhost` in it, since passkeys belong to names and not to addresses. */
export async function administratorsLink(cluster: ReachableCluster): Promise<string> {
  const { obtainSignInToken } = await import('./identity-calls');
  const token = await obtainSignInToken(first(cluster.endpoint('identity-service')), cluster.adminCertificate);
  return signInLink(`https://${first(cluster.endpoint(CONSOLE)).replace(/^127\.0\.0\.1:/, 'localhost:')}`, token);
}

/** Issues a certificate with the CA in a folder and keeps the certificate there. */
export function issueClientCertificate(authority: CertificateAuthority, pki: string, uri: string): Promise<CertificateFiles> {
  return authority.issueFiles(pki, `client-${createHash('sha256').update(uri).digest('hex').slice(0, 16)}`, { uri });
}

/** A cluster that runs anywhere and is known only by its environment file. */
export class DescribedCluster implements ReachableCluster {
  private constructor(
    readonly environmentFile: string,
    private readonly variables: ReadonlyMap<string, string>,
  ) {}

  /** @throws Error if the file does not exist, or a shell cannot read it */
  static open(environmentFile: string): DescribedCluster {
    const file = resolve(environmentFile);
    if (!existsSync(file)) throw new Error(`there is no environment file ${file}`);
    // Reads it as users do: with a shell, which gets nothing else from us.
    const output = execFileSync('/bin/sh', ['-c', '. "$1" && env -0', 'sh', file], { env: {}, encoding: 'utf8' });
    const variables = output
      .split('\0')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
    return new DescribedCluster(file, new Map(variables));
  }

  get accountId(): string {
    return this.require('STRONGROOM_ACCOUNT_ID');
  }

  get region(): string {
    return this.require('STRONGROOM_REGION');
  }

  get adminCertificate(): CertificateFiles {
    return {
      caFile: this.require('STRONGROOM_TLS_CA_FILE'),
      certFile: this.require('STRONGROOM_TLS_CERT_FILE'),
      keyFile: this.require('STRONGROOM_TLS_KEY_FILE'),
    };
  }

  endpoint(program: ProgramName): string {
    return this.require(addressVariableOf(program));
  }

  /** Uses the CA in STRONGROOM_AUTHORITY_DIRECTORY. @throws Error if the environment names none */
  async issueClientCertificate(uri: string): Promise<CertificateFiles> {
    const pki = this.require('STRONGROOM_AUTHORITY_DIRECTORY');
    if (!existsSync(join(pki, 'ca.key'))) throw new Error(`STRONGROOM_AUTHORITY_DIRECTORY: no ca.key in ${pki}`);
    return issueClientCertificate(await CertificateAuthority.open(pki), pki, uri);
  }

  signInLink(): Promise<string> {
    return administratorsLink(this);
  }

  private require(variable: string): string {
    const value = this.variables.get(variable);
    if (!value) throw new Error(`${this.environmentFile} does not set ${variable}`);
    return value;
  }
}
