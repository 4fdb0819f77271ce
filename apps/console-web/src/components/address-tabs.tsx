import { Tabs } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { useSearchState } from './use-search-state';

export interface AddressTab {
  /** Stands in the address. */
  id: string;
  label: ReactNode;
  icon?: ReactNode;
  /** Rendered only while the tab is open. */
  content: ReactNode;
}

interface AddressTabsProps {
  /** The first is open unless the address names another. */
  tabs: readonly AddressTab[];
  label: string;
}

const defaults = { tab: '' };

/** Tabs whose open one stands in the address as `tab`. */
export function AddressTabs({ tabs, label }: AddressTabsProps) {
  const [{ tab }, change] = useSearchState(defaults);
  const open = tabs.find(({ id }) => id === tab) ?? tabs[0];
  // Where there is no room for all, the open one is among those in sight.
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [open?.id]);
  if (!open) return null;
  return (
    <Tabs value={open.id} onChange={(id) => change({ tab: id === tabs[0]?.id ? '' : (id ?? '') })} keepMounted={false}>
      <Tabs.List ref={list} aria-label={label} mb="md" style={{ flexWrap: 'nowrap', overflowX: 'auto', overflowY: 'hidden' }}>
        {tabs.map(({ id, label: text, icon }) => (
          <Tabs.Tab key={id} value={id} leftSection={icon}>
            {text}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={open.id}>{open.content}</Tabs.Panel>
    </Tabs>
  );
}
