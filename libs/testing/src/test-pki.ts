import { join } from 'node:path';
import {
  CertificateAuthority,
  serviceCertificate,
  userUri,
  type CertificateFiles,
  type CertificateRequest,
  type IssuedCertificate,
} from '@strongroom/local-cluster';
import { temporaryDirectory } from './temporary-directory';

/** A certificate authority for one suite. It issues certificates in memory or as files, and needs no servers. */
export class TestPki {
  private readonly directory = temporaryDirectory('pki');
  private files = 0;

  private constructor(readonly authority: CertificateAuthority) {}

  static async create(): Promise<TestPki> {
    return new TestPki(await CertificateAuthority.create('Strongroom test CA'));
  }

  /** The authority's certificate, PEM. */
  get ca(): string {
    return this.authority.pem;
  }

  issue(request: CertificateRequest): Promise<IssuedCertificate> {
    return this.authority.issue(request);
  }

  /** A service's certificate, valid for both ends of a connection: localhost and 127.0.0.1. */
  service(name: string): Promise<IssuedCertificate> {
    return this.issue(serviceCertificate(name));
  }

  /** A person's or an application's client certificate. */
  user(name: string): Promise<IssuedCertificate> {
    return this.issue({ uri: userUri(name) });
  }

  /** The same as files in this suite's own temporary folder. */
  issueFiles(request: CertificateRequest): Promise<CertificateFiles> {
    return this.authority.issueFiles(join(this.directory.path, `${this.files++}`), 'certificate', request);
  }

  /** Removes the files. */
  drop(): void {
    this.directory.remove();
  }
}
