/** Encrypts and decrypts what signs notifications; what was sealed for one id opens for no other. */
export interface Sealer {
  /** @throws ServiceUnavailableException while crypto-keyservice is away */
  seal(id: string, plaintext: Buffer): Promise<Buffer>;
  /** @throws ServiceUnavailableException while crypto-keyservice is away, or if it does not open */
  open(id: string, sealed: Buffer): Promise<Buffer>;
}
