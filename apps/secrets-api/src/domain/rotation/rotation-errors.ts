import { accessDenied, invalidParameter, invalidRequest } from '@strongroom/errors';

// AWS's own texts, if known.

export const rotationIncomplete = () => invalidRequest("A previous rotation isn't complete. That rotation will be reattempted.");

/** @param advice a sentence, or none */
export const noRotationFunction = (advice = '') =>
  invalidRequest(`No Lambda rotation function ARN is associated with this secret. ${advice}`.trimEnd());

/** AWS's text, also for a function that does not exist. */
export const functionNotInvokable = (cause?: unknown) =>
  accessDenied(
    'Secrets Manager cannot invoke the specified Lambda function. ' +
      'Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
    { cause },
  );

export const badRotationFunction = () =>
  invalidParameter(
    'RotationLambdaARN must be the name of a rotation function, 1 to 64 ASCII letters, digits, "-" and "_", ' +
      'or its ARN, arn:aws:lambda:REGION:ACCOUNT:function:NAME.',
  );

export const wrongRotationToken = () =>
  invalidParameter('RotationToken must be the token of the open rotation to the version ClientRequestToken.');

export const rotationNotUnderWay = () => invalidRequest('There is no such rotation under way.');

export const testIsOver = () =>
  invalidRequest('A rotation test that has failed cannot go on. Call RotateSecret to start another.');

export const pendingIsCurrent = () => invalidRequest('The version is AWSCURRENT: its rotation is complete.');

export const pendingWithoutValue = () => invalidRequest('The version that is AWSPENDING has no value yet.');
