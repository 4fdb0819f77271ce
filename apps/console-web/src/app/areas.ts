import {
  IconBell,
  IconChartBar,
  IconHistory,
  IconHome,
  IconKey,
  IconLock,
  IconRefresh,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';
import { accessRoutes } from '../pages/access/routes';
import { homeRoutes } from '../pages/home/routes';
import { keysRoutes } from '../pages/keys/routes';
import { notificationsRoutes } from '../pages/notifications/routes';
import { rotationsRoutes } from '../pages/rotations/routes';
import { secretRoutes } from '../pages/secret/routes';
import { secretsRoutes } from '../pages/secrets/routes';
import { settingsRoutes } from '../pages/settings/routes';
import { trailRoutes } from '../pages/trail/routes';
import { usageRoutes } from '../pages/usage/routes';
import { shellTexts } from '../texts/shell';

const { areas: labels } = shellTexts;

/** What the navigation offers, in its order. An area is open at its path and below it; `key` goes there when typed after `g`. */
export const areas = [
  { path: '/', label: labels.home, icon: IconHome, key: 'h', group: 'work' },
  { path: '/secrets', label: labels.secrets, icon: IconLock, key: 's', group: 'work' },
  { path: '/rotations', label: labels.rotations, icon: IconRefresh, key: 'r', group: 'work' },
  { path: '/keys', label: labels.keys, icon: IconKey, key: 'k', group: 'work' },
  { path: '/access', label: labels.access, icon: IconUsers, key: 'a', group: 'work' },
  { path: '/trail', label: labels.trail, icon: IconHistory, key: 't', group: 'watch' },
  { path: '/notifications', label: labels.notifications, icon: IconBell, key: 'n', group: 'watch' },
  { path: '/usage', label: labels.usage, icon: IconChartBar, key: 'u', group: 'watch' },
  { path: '/settings', label: labels.settings, icon: IconSettings, key: ',', group: 'own' },
] as const;

/** The routes of all areas: one line an area. */
export const areaRoutes = [
  ...homeRoutes,
  ...secretsRoutes,
  ...secretRoutes,
  ...rotationsRoutes,
  ...keysRoutes,
  ...accessRoutes,
  ...trailRoutes,
  ...notificationsRoutes,
  ...usageRoutes,
  ...settingsRoutes,
] as const;
