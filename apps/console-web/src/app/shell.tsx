import { ActionIcon, AppShell, Burger, Group, Kbd, ScrollArea, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { shellTexts as texts } from '../texts/shell';
import { AccountMenu } from './account-menu';
import { areas } from './areas';
import { Brand } from './brand';
import { KeyboardHelp } from './keyboard-help';
import { SessionKeeper } from './session-keeper';
import classes from './shell.module.css';
import { useShortcuts } from './use-shortcuts';

const loadSearch = () => import('./search');
const Search = lazy(async () => ({ default: (await loadSearch()).Search }));
/** Once the first page stands, so that the first keys of a search find it there. Milliseconds. */
const LOAD_SEARCH_AFTER = 1_500;

/** The frame of every page: the areas at its side, the search and the person above it. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const [showsKeys, keys] = useDisclosure(false);
  useEffect(() => {
    const timer = setTimeout(() => void loadSearch(), LOAD_SEARCH_AFTER);
    return () => clearTimeout(timer);
  }, []);
  // Each request opens it.
  const [searches, setSearches] = useState(0);
  const search = useCallback(() => setSearches((count) => count + 1), []);
  // A new page is where people go on reading, also those who hear it.
  const path = useLocation({ select: ({ pathname }) => pathname });
  const page = useRef<HTMLDivElement>(null);
  const before = useRef(path);
  useEffect(() => {
    if (before.current !== path) page.current?.focus({ preventScroll: true });
    before.current = path;
  }, [path]);
  useShortcuts({ onSearch: search, onHelp: keys.open });
  return (
    <AppShell header={{ height: 48 }} navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: !isOpen } }} padding={0}>
      <a className={classes.skip} href="#page">
        {texts.skip}
      </a>
      <AppShell.Header className={classes.header}>
        <Group gap="xs" wrap="nowrap">
          <Burger
            opened={isOpen}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={isOpen ? texts.closeNavigation : texts.openNavigation}
          />
          <Link to="/" className={classes.brand} onClick={close}>
            <Brand />
          </Link>
        </Group>
        <UnstyledButton className={classes.search} onClick={search} visibleFrom="sm">
          <IconSearch size={14} aria-hidden />
          <Text span size="sm" flex={1}>
            {texts.searchHint}
          </Text>
          <Kbd size="xs">{/Mac/.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K'}</Kbd>
        </UnstyledButton>
        <Group gap="xs" wrap="nowrap">
          <ActionIcon variant="subtle" color="gray" size="lg" hiddenFrom="sm" aria-label={texts.search} onClick={search}>
            <IconSearch size={18} />
          </ActionIcon>
          <AccountMenu onShowKeys={keys.open} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navigation} aria-label={texts.navigation}>
        <ScrollArea flex={1}>
          {areas.map(({ path, label, icon: Icon, group }, index) => (
            <Link
              key={path}
              to={path}
              className={classes.area}
              data-first={index > 0 && areas[index - 1]?.group !== group ? true : undefined}
              activeOptions={{ exact: path === '/' }}
              onClick={close}
            >
              <Icon size={16} stroke={1.6} aria-hidden />
              {label}
            </Link>
          ))}
        </ScrollArea>
        <Text size="xs" c="dimmed" px="0.625rem" py="xs">
          {texts.version(__STRONGROOM_VERSION__)}
        </Text>
      </AppShell.Navbar>
      <AppShell.Main className={classes.main}>
        <div id="page" ref={page} tabIndex={-1} className={classes.page}>
          <Outlet />
        </div>
      </AppShell.Main>
      <KeyboardHelp opened={showsKeys} onClose={keys.close} />
      <SessionKeeper />
      {searches > 0 && (
        <Suspense>
          <Search request={searches} onShowKeys={keys.open} />
        </Suspense>
      )}
    </AppShell>
  );
}
