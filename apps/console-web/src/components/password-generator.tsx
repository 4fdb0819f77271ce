import { ActionIcon, Button, Checkbox, NumberInput, Popover, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconWand } from '@tabler/icons-react';
import { useState } from 'react';
import { secretNumbers } from '@strongroom/field-rules';
import { client } from '../app/api';
import { commonTexts } from '../texts/common';
import { Problem } from './problem';

const texts = commonTexts.generator;

interface PasswordGeneratorProps {
  /** Takes the new password, which is shown nowhere else. */
  onGenerated: (password: string) => void;
  /** Of the field that gets it: the button is then a sign without words, for a place among others like it. */
  iconLabel?: string;
}

const initial = { length: 32, numbers: true, uppercase: true, lowercase: true, punctuation: true, excluded: '' };
const kinds = ['uppercase', 'lowercase', 'numbers', 'punctuation'] as const;
/** Text for quotes, slashes and such, which connection strings and shells do not bear. */
const AWKWARD = '/@"\'\\`$&;|<> ';

/** A button that lets the service make a password, with what it may consist of. */
export function PasswordGenerator({ onGenerated, iconLabel }: PasswordGeneratorProps) {
  const [isOpen, setOpen] = useState(false);
  const [wish, setWish] = useState(initial);
  const change = (part: Partial<typeof initial>) => setWish((before) => ({ ...before, ...part }));
  const generate = useMutation({
    // An answer that holds a password is not kept among those of queries.
    mutationFn: () =>
      client.secrets.getRandomPassword.query({
        passwordLength: wish.length,
        excludeNumbers: !wish.numbers,
        excludeUppercase: !wish.uppercase,
        excludeLowercase: !wish.lowercase,
        excludePunctuation: !wish.punctuation,
        excludeCharacters: wish.excluded,
      }),
    gcTime: 0,
    onSuccess: ({ randomPassword }) => {
      onGenerated(randomPassword);
      setOpen(false);
    },
  });
  return (
    <Popover opened={isOpen} onChange={setOpen} width={290} position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        {iconLabel === undefined ? (
          <Button
            variant="default"
            leftSection={<IconWand size={16} />}
            onClick={() => setOpen(!isOpen)}
            style={{ flex: 'none' }}
          >
            {texts.open}
          </Button>
        ) : (
          <ActionIcon variant="subtle" color="gray" aria-label={iconLabel} title={iconLabel} onClick={() => setOpen(!isOpen)}>
            <IconWand size={16} />
          </ActionIcon>
        )}
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <NumberInput
            label={texts.length}
            size="xs"
            min={secretNumbers.passwordLength.min}
            max={secretNumbers.passwordLength.max}
            allowDecimal={false}
            value={wish.length}
            onChange={(length) => change({ length: Number(length) || initial.length })}
          />
          {kinds.map((kind) => (
            <Checkbox
              key={kind}
              size="xs"
              label={texts[kind]}
              checked={wish[kind]}
              onChange={(event) => change({ [kind]: event.currentTarget.checked })}
            />
          ))}
          <TextInput
            label={texts.excluded}
            size="xs"
            ff="monospace"
            value={wish.excluded}
            placeholder={AWKWARD}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => change({ excluded: event.currentTarget.value })}
          />
          <Problem error={generate.error} />
          <Button size="xs" onClick={() => generate.mutate()} loading={generate.isPending}>
            {texts.generate}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
