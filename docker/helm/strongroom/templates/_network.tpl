{{/* The ports of servers, `host` or `host:port` each, without repetition. (dict "hosts" list "port" default) */}}
{{- define "strongroom.ports" -}}
{{- $ports := list -}}
{{- range .hosts -}}
{{- $ports = append $ports (regexMatch "^[^:]+:[0-9]+$|\\]:[0-9]+$" . | ternary (splitList ":" . | last | int) (int $.port)) -}}
{{- end -}}
{{- $all := list -}}
{{- range $ports | uniq }}{{ $all = append $all (dict "protocol" "TCP" "port" .) }}{{ end -}}
{{- toJson $all -}}
{{- end }}

{{/* One way out. (dict "to" peers "ports" JSON) */}}
{{- define "strongroom.egress" -}}
{{- if .to }}
- to: {{ toJson .to }}
  ports: {{ .ports }}
{{- end }}
{{- end }}

{{- define "strongroom.egressToDns" -}}
- ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]
  to: [{ namespaceSelector: {} }, { ipBlock: { cidr: 0.0.0.0/0 } }, { ipBlock: { cidr: '::/0' } }]
{{- end }}

{{- define "strongroom.egressToDatabase" -}}
{{- $ports := include "strongroom.ports" (dict "hosts" .Values.database.hosts "port" .Values.database.port) -}}
{{- include "strongroom.egress" (dict "to" .Values.networkPolicy.database "ports" $ports) -}}
{{- end }}

{{/* Sentinels, and the servers that they name. */}}
{{- define "strongroom.egressToRedis" -}}
{{- $own := list (printf "%s:%v" "redis" .Values.redis.port) -}}
{{- $ports := include "strongroom.ports" (dict "hosts" (concat $own .Values.redis.sentinel.hosts) "port" 26379) -}}
{{- include "strongroom.egress" (dict "to" .Values.networkPolicy.redis "ports" $ports) -}}
{{- end }}
