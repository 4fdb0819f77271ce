{{/* Variables as a container has them. (dict "NAME" value …); an empty value is none. */}}
{{- define "strongroom.variables" -}}
{{- range $name, $value := . }}
{{- if ne (toString $value) "" }}
- { name: {{ $name }}, value: {{ toString $value | quote }} }
{{- end }}
{{- end }}
{{- end }}

{{/* Where the database is. */}}
{{- define "strongroom.databaseLocation" -}}
{{- $location := dict "STRONGROOM_DATABASE_HOST" (join "," .Values.database.hosts) "STRONGROOM_DATABASE_PORT" .Values.database.port -}}
{{- if .Values.database.ca }}{{ $_ := set $location "STRONGROOM_DATABASE_CA_FILE" "/run/strongroom/database-ca.crt" }}{{ end -}}
{{- toJson $location -}}
{{- end }}

{{/* Where Redis is. */}}
{{- define "strongroom.redisLocation" -}}
{{- $location := dict -}}
{{- with .Values.redis -}}
{{- if .sentinel.hosts -}}
{{- $_ := set $location "STRONGROOM_REDIS_SENTINELS" (join "," .sentinel.hosts) -}}
{{- $_ := set $location "STRONGROOM_REDIS_SENTINEL_GROUP" .sentinel.group -}}
{{- with .sentinel.user }}{{ $_ := set $location "STRONGROOM_REDIS_SENTINEL_USER" . }}{{ end -}}
{{- if .sentinel.password }}{{ $_ := set $location "STRONGROOM_REDIS_SENTINEL_PASSWORD_FILE" "/run/strongroom/sentinel.password" }}{{ end -}}
{{- if .sentinel.ca }}{{ $_ := set $location "STRONGROOM_REDIS_SENTINEL_CA_FILE" "/run/strongroom/sentinel-ca.crt" }}{{ end -}}
{{- else -}}
{{- $_ := set $location "STRONGROOM_REDIS_HOST" .host -}}
{{- $_ := set $location "STRONGROOM_REDIS_PORT" .port -}}
{{- end -}}
{{- if .ca }}{{ $_ := set $location "STRONGROOM_REDIS_CA_FILE" "/run/strongroom/redis-ca.crt" }}{{ end -}}
{{- end -}}
{{- toJson $location -}}
{{- end }}

{{/* The environment of a service. (dict "root" $ "name" service "service" strongroom.service) */}}
{{- define "strongroom.environment" -}}
{{- $root := .root -}}
{{- $values := .root.Values -}}
{{- $facts := include "strongroom.facts" .root | fromYaml -}}
{{- $env := dict
  "STRONGROOM_ACCOUNT_ID" $values.accountId
  "STRONGROOM_REGION" $values.region
  "STRONGROOM_TRUST_DOMAIN" $values.trustDomain
  "STRONGROOM_LOG_LEVEL" $values.logLevel
  "STRONGROOM_LISTEN" "0.0.0.0:7400"
  "STRONGROOM_METRICS_LISTEN" "0.0.0.0:7401"
  "STRONGROOM_TLS_CA_FILE" "/run/strongroom/ca.crt"
  "STRONGROOM_TLS_CERT_FILE" "/run/strongroom/tls.crt"
  "STRONGROOM_TLS_KEY_FILE" "/run/strongroom/tls.key" -}}
{{- with $values.tracing.endpoint -}}
{{- $_ := set $env "OTEL_EXPORTER_OTLP_ENDPOINT" . -}}
{{- $_ := set $env "OTEL_TRACES_SAMPLER_ARG" $values.tracing.sampledShare -}}
{{- end -}}
{{- range $name, $fact := $facts }}{{ $_ := set $env $fact.address (printf "%s:7400" $name) }}{{ end -}}
{{- with .service.facts -}}
{{- if .schema -}}
{{- $env = merge $env (include "strongroom.databaseLocation" $root | fromJson) -}}
{{- $_ := set $env "STRONGROOM_DATABASE_NAME" .schema -}}
{{- $_ := set $env "STRONGROOM_DATABASE_USER" .schema -}}
{{- $_ := set $env "STRONGROOM_DATABASE_PASSWORD_FILE" "/run/strongroom/database.password" -}}
{{- end -}}
{{- if .redis -}}
{{- $env = merge $env (include "strongroom.redisLocation" $root | fromJson) -}}
{{- $_ := set $env "STRONGROOM_REDIS_USER" $.name -}}
{{- $_ := set $env "STRONGROOM_REDIS_PASSWORD_FILE" "/run/strongroom/redis.password" -}}
{{- end -}}
{{- if .journal -}}
{{- $_ := set $env "STRONGROOM_JOURNAL_KEY_FILE" "/run/strongroom/journal.key" -}}
{{- if kindIs "float64" $values.redis.journalReplicas }}{{ $_ := set $env "STRONGROOM_JOURNAL_REPLICAS" $values.redis.journalReplicas }}{{ end -}}
{{- if eq .journal "reader" }}{{ $_ := set $env "STRONGROOM_JOURNAL_KEYS_FILE" "/run/strongroom/journal.keys" }}{{ end -}}
{{- end -}}
{{- if .rootKey -}}
{{- if $.service.rootKeyFile }}{{ $_ := set $env "STRONGROOM_ROOT_KEY_FILE" "/run/strongroom/root.key" }}{{ end -}}
{{- $_ := set $env "STRONGROOM_ROOT_KEY_SOCKET" "/run/root-key/service.sock" -}}
{{- end -}}
{{- if and .door $.service.httpsSecret -}}
{{- $_ := set $env "STRONGROOM_HTTPS_CERT_FILE" "/run/strongroom/https.crt" -}}
{{- $_ := set $env "STRONGROOM_HTTPS_KEY_FILE" "/run/strongroom/https.key" -}}
{{- end -}}
{{- end -}}
{{- if has .name (list "rotation-worker" "notification-service") -}}
{{- /* Servers of the cluster that other variables do not name: nobody may have rotation or messages connect to them. */ -}}
{{- $endpoints := concat (list "kubernetes.default.svc:443") $values.redis.sentinel.servers -}}
{{- range $name, $fact := $facts }}{{ $endpoints = append $endpoints (printf "%s:7401" $name) }}{{ end -}}
{{- $_ := set $env "STRONGROOM_CLUSTER_ENDPOINTS" (join "," $endpoints) -}}
{{- end -}}
{{- if eq .name "notification-service" }}{{ $_ := set $env "STRONGROOM_GATEWAY_URL" (include "strongroom.gatewayUrl" .root) }}{{ end -}}
{{- if eq .name "console" }}{{ $_ := set $env "STRONGROOM_CONSOLE_URL" $values.consoleUrl }}{{ end -}}
{{- include "strongroom.variables" (mergeOverwrite $env .service.environment) | trim -}}
{{- end }}
