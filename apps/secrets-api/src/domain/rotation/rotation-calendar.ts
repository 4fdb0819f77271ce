import { lastInstantOf, momentIn, readSchedule, type RotationRules } from '@strongroom/schedule';
import type { NextRotation, RotationConfiguration } from './rotation';

/**
 * When a secret rotates next, counted from its last rotation or configuration. The moment in the window is derived from the ARN.
 * Undefined without a schedule.
 */
export function nextRotation(rules: RotationRules | undefined, arn: string, after: Date): NextRotation | undefined {
  const window = rules && readSchedule(rules).nextWindow(after);
  return window && { at: momentIn(window, arn), by: lastInstantOf(window) };
}

/** The configuration with its next date, counted from `after`. */
export function rescheduled(rotation: RotationConfiguration, arn: string, after: Date): RotationConfiguration {
  return {
    ...rotation,
    next: rotation.enabled ? nextRotation(rotation.rules, arn, after) : undefined,
  };
}
