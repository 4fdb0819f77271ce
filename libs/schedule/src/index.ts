export { type CronParts, cronParts, type WeekDay } from './cron-parts';
export { momentIn } from './moment';
export { readSchedule, type RotationRules, type RotationSchedule } from './rotation-schedule';
export { lastInstantOf, type RotationWindow } from './window';
