/** The operator's mail server. */
export interface MailSettings {
  host: string;
  port: number;
  /** TLS from the first byte; otherwise STARTTLS, which is required beyond the loopback interface. */
  secure: boolean;
  isLoopback: boolean;
  user?: string;
  /** Read for each mail. */
  passwordFile?: string;
  /** PEM: a CA that the machine does not know. */
  caFile?: string;
  /** The address that mails come from. */
  from: string;
}
