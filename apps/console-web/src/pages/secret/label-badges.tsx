import { Badge, Group } from '@mantine/core';
import { AWSCURRENT, AWSPENDING, AWSPREVIOUS } from '@strongroom/secret-values';

const colors: Readonly<Record<string, string>> = { [AWSCURRENT]: 'petrol', [AWSPENDING]: 'yellow', [AWSPREVIOUS]: 'gray' };
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
            variant={label === AWSCURRENT ? 'filled' : 'light'}
            color={colors[label] ?? 'gray'}
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
