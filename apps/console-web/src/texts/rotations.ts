/** All English of the area. */
export const rotationsTexts = {
  title: 'Rotations',
  description: 'What rotates when, what runs now, and what failed',
  states: {
    running: 'Running',
    succeeded: 'Succeeded',
    failed: 'Failed',
    abandoned: 'Given up',
    rolledBack: 'Rolled back',
    unknown: 'Unknown',
  },
  steps: {
    createSecret: { title: 'Create', text: 'Makes the new value and stores it with the label AWSPENDING.' },
    setSecret: { title: 'Set', text: 'Makes the server accept the new value.' },
    testSecret: { title: 'Test', text: 'Signs in to the server with the new value.' },
    finishSecret: { title: 'Finish', text: 'Moves AWSCURRENT to the new version.' },
  },
  stepStates: {
    waiting: 'Waiting',
    running: 'Running',
    retrying: 'Trying again',
    done: 'Done',
    failed: 'Failed',
    skipped: 'Not reached',
  },
  advice: {
    RotationTargetUnreachable:
      'Check host, port and TLS in the value, and whether rotation may connect there. The log of rotation-worker has the reason.',
    ServiceUnavailableException: 'The server or a service in between does not answer. Retry once it does.',
    RequestTimeoutException: 'The step took longer than the function may. Give the function more time, or look at the server.',
    AccessDeniedException: 'Grant the permission that the message names, then retry.',
    InvalidRequestException: 'Correct what the message names in the value of the secret, then retry, or roll back.',
    InvalidParameterException: 'Correct what the message names in the value of the secret, then retry, or roll back.',
    ResourceNotFoundException: 'The function, or a secret that it needs, is gone. Register it again, or choose another function.',
    RotationFunctionUnreachable: 'Your own function does not answer. Look at its address and its log.',
    RotationFunctionRefused: 'Your own function refused. Look at its log.',
  },
};
