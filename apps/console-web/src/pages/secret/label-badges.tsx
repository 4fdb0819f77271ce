import { Badge, Group } from '@mantine/core';
import { IconHourglass } from '@tabler/icons-react';
import { AWSCURRENT, AWSPENDING, AWSPREVIOUS } from '@strongroom/secret-values';

const order = [AWSCURRENT, AWSPENDING, AWSPREVIOUS];

const rank = (label: string): number => {
  const index = order.indexOf(label);
  return index < 0 ? order.length : index;
};

/** The labels of a version; those of Strongroom first. */
export function LabelBadges({ labels }: { labels: readonly string[] }) {
  return (
    <Group gap={4} component="span" display="inline-flex">
      {[...labels]
        .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
        .map((label) => (
          <Badge
            key={label}
            component="span"
            variant={label === AWSCURRENT ? 'filled' : 'default'}
            leftSection={label === AWSPENDING ? <IconHourglass size={12} aria-hidden /> : undefined}
            tt="none"
            radius="sm"
            fw={600}
            maw={240}
          >
            <bdi>{label}</bdi>
          </Badge>
        ))}
    </Group>
  );
}
