type Statement = Record<string, unknown>;

/** A policy document of these statements; each gets an Allow unless it says otherwise. */
export const policy = (...statements: Statement[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
  });

export const allow = (action: string | string[], resource: string | string[] = '*'): string =>
  policy({ Action: action, Resource: resource });

export const everything = allow('*');

/** A trust policy for these principals. */
export const trust = (principal: string | string[]): string =>
  policy({ Action: ['sts:AssumeRole', 'sts:TagSession'], Principal: { AWS: principal } });
