import { Menu, SegmentedControl, Stack, Text, UnstyledButton, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import {
  IconChevronDown,
  IconDeviceDesktop,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconSettings,
  IconSun,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { shellTexts as texts } from '../texts/shell';
import classes from './shell.module.css';
import { signOut, usePerson } from './session';

const schemes = [
  { value: 'light', label: <IconSun size={14} aria-label={texts.colorScheme.light} /> },
  { value: 'dark', label: <IconMoon size={14} aria-label={texts.colorScheme.dark} /> },
  { value: 'auto', label: <IconDeviceDesktop size={14} aria-label={texts.colorScheme.auto} /> },
] as const;

/** Who is signed in, and what concerns them. */
export function AccountMenu({ onShowKeys }: { onShowKeys: () => void }) {
  const person = usePerson();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu width={250} position="bottom-end" shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.person}>
          <VisuallyHidden>{`${texts.account}: ${person.userName}`}</VisuallyHidden>
          <span className={classes.avatar} data-initial={(person.userName[0] ?? '?').toUpperCase()} aria-hidden />
          <Text span size="sm" truncate maw={140} visibleFrom="sm" aria-hidden>
            <bdi>{person.userName}</bdi>
          </Text>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Stack gap={0} px="sm" py="xs">
          <Text size="sm" fw={550}>
            <bdi>{person.userName}</bdi>
          </Text>
          <Text size="xs" c="dimmed" ff="monospace">
            {texts.accountNumber(person.accountId)}
          </Text>
        </Stack>
        <Menu.Divider />
        <Menu.Item leftSection={<IconSettings size={15} />} renderRoot={(props) => <Link to="/settings" {...props} />}>
          {texts.mySettings}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={15} />} onClick={onShowKeys}>
          {texts.keyboard}
        </Menu.Item>
        <Menu.Divider />
        <Stack gap={4} px="sm" py="xs">
          <Text size="xs" c="dimmed" id="color-scheme">
            {texts.colorScheme.label}
          </Text>
          <SegmentedControl
            fullWidth
            size="xs"
            aria-labelledby="color-scheme"
            data={[...schemes]}
            value={colorScheme}
            onChange={setColorScheme}
          />
        </Stack>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void signOut()}>
          {texts.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
