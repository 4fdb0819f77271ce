import { Skeleton, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Output } from '@strongroom/console-api';
import type { PriceList, PriceTier } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { api } from '../../app/api';
import { Moment } from '../../components/moment';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { usageTexts } from '../../texts/usage';
import { count, exactMoney } from './amounts';

const texts = usageTexts.prices;

/** The price list in force. */
export function PricesView() {
  const { data, error, refetch } = useQuery(api.usage.getPriceList.queryOptions({}));
  const list = data?.priceList;
  return (
    <Section title={texts.title} description={texts.text}>
      <Stack gap="md" maw={860}>
        <Problem error={error} onRetry={() => void refetch()} />
        {!data && !error && <Skeleton height={200} />}
        {list && (
          <>
            <Text size="sm">
              {data.putAt ? (
                <>
                  {texts.put} <Moment at={data.putAt} />
                </>
              ) : (
                texts.byDefault
              )}
            </Text>
            <Prices list={list} />
            <Text size="sm">{list.freeTrialDays > 0 ? texts.trial(list.freeTrialDays) : texts.noTrial}</Text>
            <Text size="sm" c="dimmed">
              {texts.change}
            </Text>
          </>
        )}
      </Stack>
    </Section>
  );
}

function Prices({ list: { prices, currency } }: { list: Output<PriceList> }) {
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table aria-label={texts.label} tabularNums>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.product}</Table.Th>
            <Table.Th>{texts.from}</Table.Th>
            <Table.Th>{texts.tiers}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {prices.map(({ product, from, per, tiers }) => {
            const { name, unit } = usageTexts.products[product] ?? { name: String(product), unit: '' };
            return (
              <Table.Tr key={`${product}/${from}`}>
                <Table.Td>{name}</Table.Td>
                <Table.Td>{from}</Table.Td>
                <Table.Td>
                  {tiers.map((tier, at) => (
                    <div key={at}>
                      {texts.per(exactMoney(tier.amount, currency), per, unit)}
                      {tiers.length > 1 && (
                        <Text span size="sm" c="dimmed">
                          {`, ${spanOf(tier, unit)}`}
                        </Text>
                      )}
                    </div>
                  ))}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const spanOf = ({ upTo }: Output<PriceTier>, unit: string): string =>
  upTo === 0n ? texts.rest : texts.upTo(`${count(upTo)} ${unit}`);
