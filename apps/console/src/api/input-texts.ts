import { z } from 'zod';

const MAX_NAME = 2_048;
const MAX_DOCUMENT = 64 << 10;

const anyText = z.string({ error: 'must be a text' });

/** A name, an ARN, or a condition key: no text that means something is longer. */
export const nameText = anyText.min(1, { error: 'must not be empty' }).max(MAX_NAME, { error: 'is too long' });

/** The value of a condition key. */
export const valueText = anyText.max(MAX_NAME, { error: 'is too long' });

/** What somebody has written or kept: a pattern, checkpoints. */
export const documentText = anyText.max(MAX_DOCUMENT, { error: 'has at most 65,536 characters' });
