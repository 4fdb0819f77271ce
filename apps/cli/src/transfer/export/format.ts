import { z } from 'zod';

// An export is lines of JSON: a header; of each secret one line, followed by one for each of its versions, oldest first; for each
// secret that could not be read a line that says so; and a trailer. Fields may be added within a version of the format.

export const FORMAT = 'strongroom-export';
export const FORMAT_VERSION = 1;

/** The most bytes of a line: a value of 65,536 bytes of which each takes six characters in JSON, or as much around a secret. */
export const MAX_LINE_BYTES = 1024 * 1024;

const tag = z.object({ key: z.string(), value: z.string() });

const rotation = z.object({
  enabled: z.boolean(),
  /** The ARN of the rotation function. */
  function: z.string().optional(),
  automaticallyAfterDays: z.number().optional(),
  duration: z.string().optional(),
  scheduleExpression: z.string().optional(),
});

export const headerLine = z.object({
  format: z.literal(FORMAT),
  version: z.number().int(),
  /** ISO 8601, as all dates here. */
  exportedAt: z.string(),
  /** Of the names that were asked for; empty: all. */
  prefix: z.string(),
});

export const secretLine = z.object({
  secret: z.object({
    name: z.string(),
    arn: z.string(),
    description: z.string(),
    tags: z.array(tag),
    /** The ARN of the customer key; absent for the default key. */
    kmsKeyId: z.string().optional(),
    resourcePolicy: z.string().optional(),
    rotation: rotation.optional(),
    createdAt: z.string().optional(),
    lastChangedAt: z.string().optional(),
    /** How many lines of versions follow. */
    versions: z.number().int(),
  }),
});

export const versionLine = z.object({
  version: z.object({
    id: z.string(),
    labels: z.array(z.string()),
    createdAt: z.string().optional(),
    /** One of the two; bytes are in base64. */
    secretString: z.string().optional(),
    secretBinary: z.base64().optional(),
  }),
});

/** A secret that the export lacks. */
export const missingLine = z.object({ missing: z.object({ name: z.string(), why: z.string() }) });

export const trailerLine = z.object({
  end: z.object({
    secrets: z.number().int(),
    versions: z.number().int(),
    missing: z.number().int(),
    /** SHA-256 of all lines before this one with their line breaks, hexadecimal. */
    sha256: z.string(),
  }),
});

export type HeaderLine = z.infer<typeof headerLine>;
export type SecretLine = z.infer<typeof secretLine>;
export type VersionLine = z.infer<typeof versionLine>;
export type MissingLine = z.infer<typeof missingLine>;
export type TrailerLine = z.infer<typeof trailerLine>;
export type ExportLine = HeaderLine | SecretLine | VersionLine | MissingLine | TrailerLine;
