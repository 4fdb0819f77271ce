{{/* What the services are: services.yaml. */}}
{{- define "strongroom.facts" -}}
{{ .Files.Get "services.yaml" }}
{{- end }}

{{/* The labels of everything. */}}
{{- define "strongroom.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* The labels by which the pods of a part of the cluster are known: (dict "root" $ "name" name) */}}
{{- define "strongroom.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end }}

{{/* Everything that a template needs to know of a service: (dict "root" $ "name" name "values" {}) */}}
{{- define "strongroom.service" -}}
{{- $facts := get (include "strongroom.facts" .root | fromYaml) .name -}}
{{- mustMergeOverwrite (deepCopy .root.Values.defaults) (deepCopy (default (dict) .values)) (dict "facts" $facts) | toJson -}}
{{- end }}

{{/* (dict "root" $ "name" service) */}}
{{- define "strongroom.image" -}}
{{- with .root.Values.image -}}
{{ with .registry }}{{ . }}/{{ end }}{{ .repository }}/{{ $.name }}:{{ default $.root.Chart.AppVersion .tag }}
{{- end }}
{{- end }}

{{/* The domains below which a Service of this namespace has its name. */}}
{{- define "strongroom.domains" -}}
{{ .Release.Namespace }}.svc,{{ .Release.Namespace }}.svc.{{ .Values.clusterDomain }}
{{- end }}

{{- define "strongroom.gatewayUrl" -}}
{{ default (printf "https://aws-gateway.%s.svc:7400" .Release.Namespace) .Values.gatewayUrl }}
{{- end }}
