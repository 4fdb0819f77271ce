import { Suspense, lazy } from 'react';
import { Skeleton } from '@mantine/core';
import { AddressTabs } from '../../components/address-tabs';
import { PageHeader } from '../../components/page-header';
import { rotationsTexts as texts } from '../../texts/rotations';
import { RotatingList } from './rotating-list';

const RotationCalendar = lazy(async () => ({ default: (await import('./rotation-calendar')).RotationCalendar }));
const FunctionsPanel = lazy(async () => ({ default: (await import('./functions-panel')).FunctionsPanel }));

/** What rotates when, what runs, what failed, and which functions do it. */
export function RotationsPage() {
  const { tabs } = texts.page;
  const later = (content: React.ReactNode) => <Suspense fallback={<Skeleton height={240} aria-busy />}>{content}</Suspense>;
  return (
    <>
      <PageHeader title={texts.title} description={texts.description} />
      <AddressTabs
        label={tabs.label}
        tabs={[
          { id: 'list', label: tabs.list, content: <RotatingList /> },
          { id: 'calendar', label: tabs.calendar, content: later(<RotationCalendar />) },
          { id: 'functions', label: tabs.functions, content: later(<FunctionsPanel />) },
        ]}
      />
    </>
  );
}
