import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/shell-route';

const notificationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/notifications',
  component: lazyRouteComponent(() => import('./notifications-page'), 'NotificationsPage'),
});

const ruleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/notifications/rules/$name',
  component: lazyRouteComponent(() => import('./rule-page'), 'RulePage'),
});

const newRuleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/notifications/new-rule',
  component: lazyRouteComponent(() => import('./rule-page'), 'NewRulePage'),
});

const topicRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/notifications/topics/$arn',
  component: lazyRouteComponent(() => import('./topic-page'), 'TopicPage'),
});

const alarmRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/notifications/alarms/$name',
  component: lazyRouteComponent(() => import('./alarm-page'), 'AlarmPage'),
});

const newAlarmRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/notifications/new-alarm',
  component: lazyRouteComponent(() => import('./alarm-page'), 'NewAlarmPage'),
});

export const notificationsRoutes = [notificationsRoute, ruleRoute, newRuleRoute, topicRoute, alarmRoute, newAlarmRoute] as const;
