/** Carries a CallerReference (strongroom.common.v1) from a service that calls on somebody's behalf. */
export const CALLER_REFERENCE = 'strongroom-caller-bin';
