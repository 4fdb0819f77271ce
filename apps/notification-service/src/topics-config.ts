import { isIP } from 'node:net';
import { ConfigError, type Environment, path, readEnvironment } from '@strongroom/config';
import { z } from 'zod';
import type { MailSettings } from './domain/topics/mail-settings';

export interface TopicsConfig {
  /** Where those who get messages reach aws-gateway, without a slash at the end. */
  gatewayUrl: string;
  /** Absent: nobody can subscribe a mail address. */
  mail?: MailSettings;
}

const MAIL_ADDRESS = /^[^\s@<>"]{1,64}@[A-Za-z0-9.-]{1,190}$/;

const gatewayUrl = z.string().refine((text) => isUrl(text, ['https:', 'http:']), {
  error: 'must be an https URL without a query, such as https://secrets.example.com',
});
const smtpUrl = z.string().refine((text) => isUrl(text, ['smtp:', 'smtps:']) && new URL(text).password === '', {
  error: 'must be smtp://[user@]host[:port] or smtps://…, without a password, which STRONGROOM_SMTP_PASSWORD_FILE has',
});

/** @throws ConfigError */
export function topicsConfig(env: Environment): TopicsConfig {
  const read = readEnvironment(env, {
    STRONGROOM_GATEWAY_URL: gatewayUrl.optional(),
    STRONGROOM_AWS_GATEWAY_ADDRESS: z.string().optional(),
    STRONGROOM_SMTP_URL: smtpUrl.optional(),
    STRONGROOM_SMTP_PASSWORD_FILE: path.optional(),
    STRONGROOM_SMTP_CA_FILE: path.optional(),
    STRONGROOM_MAIL_FROM: z.string().regex(MAIL_ADDRESS, 'must be a mail address').optional(),
  });
  const address = read.STRONGROOM_AWS_GATEWAY_ADDRESS?.split(',')[0];
  const url = read.STRONGROOM_GATEWAY_URL ?? (address && `https://${address}`);
  if (url === undefined || url === '') throw new ConfigError(['STRONGROOM_GATEWAY_URL: must be set']);
  return { gatewayUrl: url.replace(/\/+$/, ''), mail: mailOf(read) };
}

function mailOf(read: Partial<Record<string, string>>): MailSettings | undefined {
  const { STRONGROOM_SMTP_URL: smtp, STRONGROOM_MAIL_FROM: from } = read;
  if (smtp === undefined) return undefined;
  if (from === undefined) throw new ConfigError(['STRONGROOM_MAIL_FROM: must be set, because STRONGROOM_SMTP_URL is']);
  const { protocol, hostname, port, username } = new URL(smtp);
  const secure = protocol === 'smtps:';
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    host,
    port: Number(port) || (secure ? 465 : 587),
    secure,
    isLoopback: host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.')),
    user: username === '' ? undefined : decodeURIComponent(username),
    passwordFile: read['STRONGROOM_SMTP_PASSWORD_FILE'],
    caFile: read['STRONGROOM_SMTP_CA_FILE'],
    from,
  };
}

function isUrl(text: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash } = new URL(text);
  return protocols.includes(protocol) && hostname !== '' && search === '' && hash === '';
}
