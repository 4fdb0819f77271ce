import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** The program itself where it is: what is in `.bin` starts node first, once for each of hundreds of calls. */
const BUF = [`@bufbuild/buf-${process.platform}-${process.arch}/bin/buf`, '.bin/buf']
  .map((file) => resolve('node_modules', file))
  .find((file) => existsSync(file))!;
/**
 * buf's exit code for a status is the status shifted by this; a lower one tells of a fault before the call, such as a schema that
 * does not resolve.
 */
const STATUS_SHIFT = 3;
const NO_STATUS = 2 ** STATUS_SHIFT;

export interface BufAnswer {
  /** gRPC's; 0 when the call succeeded. */
  code: number;
  body: Record<string, unknown>;
}

/**
 * A client of another make, in Go: it knows nothing of a server but its address, the CA and a token, and learns the contracts by
 * reflection. So does grpcurl.
 */
export class BufCurl {
  /** @param token none when it is absent */
  constructor(
    private readonly caFile: string,
    private readonly token?: string,
  ) {}

  /** In full: `package.Service/Method`. */
  async listMethods(address: string): Promise<string[]> {
    const { stdout } = await this.run(`https://${address}`, '', '--list-methods');
    return stdout.split('\n').filter(Boolean);
  }

  /**
   * @param request in protobuf's JSON
   * @throws Error for everything that is no answer of the server, such as descriptors that do not resolve
   */
  async call(address: string, method: string, request: object): Promise<BufAnswer> {
    try {
      const { stdout } = await this.run(`https://${address}/${method}`, JSON.stringify(request));
      return { code: 0, body: stdout ? (JSON.parse(stdout) as BufAnswer['body']) : {} };
    } catch (error) {
      const { code, stderr } = error as { code: number; stderr: string };
      if (!(code >= NO_STATUS)) throw error;
      return { code: code >> STATUS_SHIFT, body: JSON.parse(stderr) as BufAnswer['body'] };
    }
  }

  /** The token goes by standard input, before the request. */
  private async run(url: string, request: string, ...flags: string[]): Promise<{ stdout: string; stderr: string }> {
    const headers = this.token === undefined ? '' : `authorization: Bearer ${this.token}\n`;
    const work = run(BUF, [
      'curl',
      ...['--cacert', this.caFile, '--protocol', 'grpc', '--header', '@-', '--reflect-header', '*'],
      ...(flags.length > 0 ? flags : ['--data', '@-']),
      url,
    ]);
    work.child.stdin!.end(`${headers}\n${request}`);
    return work;
  }
}
